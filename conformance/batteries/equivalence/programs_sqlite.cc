// SPDX-License-Identifier: Apache-2.0
// SQL for sqlite3, which reads it from its input; the database is a file.
#include "conformance/batteries/equivalence/programs.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr Program kPrograms[] = {
    {"table", "base", R"(
create table t (k integer primary key, v text, n real);
insert into t (v, n) values ('a', 1.5), ('b', 2.25), ('c', null);
.mode column
.headers on
select *, typeof(n), length(v) from t order by k desc;
update t set n = n * 2 where n > 2; delete from t where v = 'a';
select count(*), sum(n), total(n) from t;
)"},
    {"many-rows", "base", R"(
create table t (k integer primary key, v text);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
  insert into t select i, printf('%08x', i * 7919) from n;
create index by_v on t (v);
select k from t where v between '00010000' and '00020000' order by v limit 3;
select count(distinct substr(v, 8)), min(v), max(v) from t;
pragma integrity_check;
vacuum;
)"},
    {"transaction", "base", R"(
create table t (v unique);
begin; insert into t values (1); savepoint s; insert into t values (2); rollback to s; commit;
select * from t;
begin; insert into t values (3); rollback;
insert into t values (1);
select count(*) from t;
)",
     "", "exit 1"},
    {"write-ahead", "base", R"(
pragma journal_mode = wal;
create table t (v);
insert into t values (1), (2);
pragma wal_checkpoint(truncate);
select * from t;
)"},
    {"files", "base", R"(
.output out.csv
.mode csv
select 1 as a, 'two, with a comma' as b;
.output
.shell cat out.csv
create table t (a, b);
.import out.csv t
select b from t;
.backup copy
attach 'copy' as c;
select count(*) from c.t;
.read missing
)",
     "", "exit 1"},
    {"functions", "base", R"(
select date(0, 'unixepoch'), hex(sqlite_version() is not null), upper('abc'), round(2.5), 7 / 2, 7 % 3;
select json_extract('{"a": [1, 2]}', '$.a[1]'), abs(-5), instr('hello', 'l'), quote('it''s');
select group_concat(x, '-') from (select 1 as x union select 2 union select 3);
select nonsense;
)",
     "", "exit 1"},
};

}  // namespace

std::span<const Program> SqlitePrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
