// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/programs.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr const char* kFruit = "pear 3\napple 10\nplum 7\napple 2\n";

constexpr Program kPrograms[] = {
    {"arch", "arch"},
    {"b2sum", "b2sum; echo | sha224sum; echo | cksum; echo | sum", kFruit},
    {"basenc", "basenc --base32hex; echo abc | base32; echo abc | basenc --z85 2>&1", kFruit},
    {"chgrp", "touch a; chgrp 34 a; stat -c %g a"},
    {"chroot", "chroot / /bin/sh -c 'echo inside'; echo $?"},
    {"comm", "seq 1 4 >a; seq 3 6 >b; comm a b; comm -12 a b"},
    {"cp",
     "mkdir d; echo x >d/a; ln d/a d/b; ln -s a d/c; mkfifo d/p; cp -a d e; ls e; "
     "cp --reflink=never -v d/a f; cp -r missing g; echo $?"},
    {"cp-sparse", "truncate -s 1M a; cp --sparse=always a b; stat -c '%s %b' b"},
    {"csplit", "seq 10 | csplit -s - 4 8; wc -l xx*"},
    {"cut", "cut -d ' ' -f 1 --complement", kFruit},
    {"date", "date -u -d '2024-02-28 +1 day' +%F; date -u -d @0 --iso-8601=seconds"},
    {"dd", "seq 1000 | dd bs=16 skip=2 count=3 status=none; dd if=missing; echo $?"},
    {"df", "df --output=target /proc | tail -n 1"},
    {"echo", "echo -e 'a\\tb'; echo -n x; echo"},
    {"env", "env -i A=1 env; env -u PATH /usr/bin/env | grep -c PATH; env missing; echo $?"},
    {"expand", "printf 'a\\tb\\n' | expand -t 4; printf '    c\\n' | unexpand -t 4 -a | od -c"},
    {"expr", "expr length abc; expr substr abcdef 2 3; expr 5 / 0; echo $?"},
    {"factor", "factor 18446744073709551615"},
    {"fmt", "seq 30 | fmt -w 20"},
    {"fold", "echo 'some words to fold' | fold -s -w 8"},
    {"head", "seq 100 | head -c 20; seq 100 | tail -n 3; seq 5 | head -n -3"},
    {"id", "id -u; id -g; id -u missing; echo $?"},
    {"install", "echo x >a; install -D -m 640 a d/e/b; stat -c %a d/e/b"},
    {"join", "printf '1 a\\n2 b\\n' >a; printf '1 x\\n3 y\\n' >b; join a b; join -v 2 a b"},
    {"link", "echo x >a; link a b; stat -c %h b; unlink a; ln -s b c; ln -sr d/../b e; readlink e"},
    {"ls",
     "mkdir d; touch -d 2001-02-03 d/a; ln -s a d/b; chmod 4711 d/a; ls -ln --time-style=+ d | "
     "cut -c 1-10; ls -Q d; ls missing; echo $?"},
    {"mkdir", "mkdir -p a/b; mkdir a; echo $?; mkdir -m 1777 c; stat -c %a c; rmdir -p a/b; ls"},
    {"mkfifo", "mkfifo -m 600 p; (seq 3 >p &) ; cat p; mknod q p; stat -c %F q"},
    {"mktemp", "mktemp -d d.XXXX >/dev/null; ls | wc -c; rmdir d.*"},
    {"mv",
     "echo 1 >a; echo 2 >b; mv -n a b; cat b; mv --backup=simple a b; ls; mv b /proc 2>&1; "
     "echo $?"},
    {"nice", "nice -n 19 nice"},
    {"nl", "nl -s : -w 3", kFruit},
    {"nproc", "nproc; nproc --ignore=1000"},
    {"numfmt", "numfmt --to=iec 1048576 2500; numfmt --from=si 3K"},
    {"od", "printf 'abc\\n' | od -A x -t x1z -v; printf '\\001\\002' | od -t u2 --endian=big"},
    {"paste", "seq 6 | paste - - -; seq 3 | paste -s -d +"},
    {"pathchk", "pathchk -p 'a b'; echo $?"},
    {"pr", "seq 6 | pr -2 -t -l 3"},
    {"printenv", "printenv LC_ALL; printenv MISSING; echo $?"},
    {"printf",
     "printf '%s %q %b\\n' a 'b c' 'd\\n'; printf '%.3e\\n' 1234.5; printf %d x; echo $?"},
    {"ptx", "echo 'one two three' | ptx | head -n 2"},
    {"readlink", "ln -s a b; ln -s b c; readlink c; realpath -m --relative-to=. x/../y"},
    {"rm", "mkdir -p d/e; touch d/e/f; rm d; echo $?; rm -rv d | wc -l; rm -f missing; echo $?"},
    {"seq", "seq 0.5 0.5 2; seq -f %03g 3; seq 1 0"},
    {"sha256sum", "tee a | sha256sum; sha256sum --tag a; sha512sum a >s; sha512sum -c s", kFruit},
    {"shred", "echo secret >a; shred -u -n 1 a; ls | wc -l"},
    {"shuf", "seq 10 | shuf --random-source=/dev/zero | paste -s -d ' '"},
    {"sleep", "sleep 0.01; echo $?; sleep x; echo $?"},
    {"sort",
     "sort -k 2,2n -k 1,1; echo; printf '10\\n9\\n1K\\n' | sort -h; printf 'b\\na\\n' | sort -c; "
     "echo $?",
     kFruit},
    {"sort-large", "seq 20000 | sort -r | sort -n -S 64k --parallel=2 | md5sum"},
    {"split", "seq 100 | split -l 40 -d - part; wc -l part*"},
    {"stat", "echo abc >a; stat -c '%n %s %f %F %h' a; stat -f -c %l . ; stat missing; echo $?"},
    {"stdbuf", "stdbuf -o L echo x"},
    {"sync", "echo x >a; sync a; echo $?; sync missing; echo $?"},
    {"tac", "seq 3 | tac; seq 3 | tac -s 2"},
    {"tee",
     "seq 3 | tee a | wc -l; seq 3 | tee -a a >/dev/null; wc -l <a; echo x | tee /dev/full; "
     "echo $?"},
    {"test",
     "touch -d 2001-01-01 a; touch b; [ b -nt a ]; echo $?; [ -p a ]; echo $?; "
     "test x '<' y; echo $?"},
    {"timeout", "timeout 0.05 sleep 100; echo $?; timeout -s KILL 0.05 sleep 100; echo $?"},
    {"touch",
     "touch -d @1000000000.5 a; stat -c '%Y %y' a; touch -r a b; stat -c %Y b; touch d/e; "
     "echo $?"},
    {"tr", "tr -cd 'a-z\\n'; echo aAbB | tr '[:lower:]' '[:upper:]'", kFruit},
    {"truncate", "truncate -s 100 a; truncate -s +50 a; stat -c %s a; truncate -s %64 a; wc -c <a"},
    {"tsort", "printf 'a b\\nb c\\n' | tsort; printf 'a b\\nb a\\n' | tsort; echo $?"},
    {"tty", "tty; echo $?"},
    {"uname", "uname -s -r -v -m -o", "", probe::kOfTheKernel},
    {"uniq", "printf 'a\\na\\nB\\nb\\n' | uniq -i -c; seq 3 | uniq -d"},
    {"wc", "wc -l -w -c -L", kFruit},
    {"whoami", "whoami"},
    {"yes", "yes y | head -n 5000 | md5sum; echo ${PIPESTATUS:-none}"},
};

}  // namespace

std::span<const Program> CoreutilsPrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
