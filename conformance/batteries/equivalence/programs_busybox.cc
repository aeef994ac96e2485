// SPDX-License-Identifier: Apache-2.0
// Busybox: a shell whose commands are its own applets. The name of a row is that of the applet, or
// of what it does with it.
#include "conformance/batteries/equivalence/programs.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr const char* kFruit = "pear 3\napple 10\nplum 7\napple 2\n";

constexpr Program kPrograms[] = {
    {"ar",
     "printf '!<arch>\n%-16s%-12d%-6d%-6d%-8s%-10d`\nabcd' a/ 0 0 0 100644 4 >x.a; ar -t x.a; ar "
     "-p x.a a"},
    {"ascii", "ascii | head -n 3"},
    {"awk", "awk '{n[$1] += $2} END {for (k in n) print k, n[k]}' | sort", kFruit},
    {"awk-numbers", "awk 'BEGIN {printf \"%.4f %d %x\\n\", 22 / 7, 65536 * 32768, 255}'"},
    {"base64", "base64 | tee coded; base64 -d coded", kFruit},
    {"basename", "basename /a/b.c .c; dirname /a/b.c"},
    {"bc", "echo '2^64; scale=3; 22/7' | bc"},
    {"bunzip2", "bzip2 -9 | bunzip2 | md5sum", kFruit},
    {"cal", "cal 2 2024"},
    {"cat", "cat - - </dev/null; cat -n", kFruit},
    {"chmod", "touch a; chmod u=rwx,go=x,u+s a; stat -c %a a; chmod 0 a"},
    {"chown", "touch a; chown 12:34 a; stat -c '%u %g' a"},
    {"cmp", "echo ab >a; echo ac >b; cmp a b; echo $?"},
    {"cp", "mkdir -p d/e; echo x >d/e/f; ln -s f d/e/g; cp -a d copy; find copy | sort"},
    {"cpio",
     "mkdir d; echo x >d/f; find d | sort | cpio -o -H newc >x 2>/dev/null; cpio -t <x; rm x"},
    {"crc32", "echo abc >a; crc32 a"},
    {"cut", "cut -d ' ' -f 2; echo abcdef | cut -c 2-4", kFruit},
    {"date", "date -u -d @1000000000 '+%Y-%m-%d %H:%M:%S %j %a'"},
    {"dc", "echo '10 k 2 v p' | dc"},
    {"dd", "dd if=/dev/zero of=z bs=1k count=3 seek=2 2>/dev/null; stat -c %s z; md5sum z"},
    {"diff", "seq 5 >a; sed 's/3/x/' a >b; diff -U 1 a b | tail -n +3; diff a a; echo $?"},
    {"du", "dd if=/dev/zero of=z bs=4k count=2 2>/dev/null; du -k z | cut -f 1"},
    {"ed", "printf 'one\\ntwo\\n' >f; printf '2s/w/W/\\nw\\nq\\n' | ed -s f 2>/dev/null; cat f"},
    {"env", "env -i A=1 B=2 env | sort"},
    {"expand", "printf 'a\\tb\\n' | expand; printf '        c\\n' | unexpand"},
    {"expr", "expr 7 \\* 6; expr abc : 'a\\(.\\)c'; expr 1 = 2; echo $?"},
    {"factor", "factor 5040 97"},
    {"fallocate", "fallocate -l 12345 f; stat -c %s f"},
    {"false", "false; echo $?; true; echo $?"},
    {"find",
     "mkdir -p a/b; touch a/b/c; chmod 600 a/b/c; find a -type f -perm 600 -exec echo {} +"},
    {"fold", "echo abcdefghij | fold -w 4"},
    {"grep", "grep -n -i APPLE; echo abc | grep -o 'b.'; echo x | grep -q y; echo $?", kFruit},
    {"gzip", "gzip -c >a.gz; gunzip -c a.gz | md5sum; zcat a.gz | wc -c", kFruit},
    {"head", "head -n 2 >two; tail -n 1 two; seq 9 | tail -n +8", kFruit},
    {"hexdump", "printf 'abc\\001' | hexdump -C"},
    {"hostname", "hostname", "", "/hostname"},
    {"id", "id -u; id -g"},
    {"ip", "ip -o -4 addr show lo | awk '{print $4}'"},
    {"ipcalc", "ipcalc -n -b 10.1.2.3/20"},
    {"kill", "exec 2>/dev/null; sleep 100 & kill -TERM $!; wait $!; echo $?; kill -l 15"},
    {"link", "echo x >a; ln a b; stat -c %h a; ln -s a c; readlink c; unlink c; ls"},
    {"ls", "touch a; mkdir b; ln -s a c; mkfifo d; ls -F -1"},
    {"md5sum", "tee a | md5sum; md5sum a >sums; md5sum -c sums", kFruit},
    {"mkdir",
     "mkdir -p -m 750 a/b/c; stat -c %a a/b/c; mkdir a; echo $?; rmdir a/b/c; rmdir a; true"},
    {"mkfifo", "mkfifo p; (echo through >p &); cat p"},
    {"mknod", "mknod p p; stat -c %F p"},
    {"mv", "echo x >a; mkdir d; mv a d/b; cat d/b; mv d e; ls e"},
    {"nc",
     // The server's input stays open: it would tell its client of the end, and a client that is
     // told before it has spoken goes away.
     "mkfifo open; exec 3<>open; rm open; nc -l -p 4711 >got <&3 & i=0; "
     "until echo there | nc 127.0.0.1 4711 2>/dev/null || [ $i -gt 500 ]; do i=$((i + 1)); done; "
     "wait; cat got"},
    {"nice", "nice -n 19 nice"},
    {"nl", "nl -b a", kFruit},
    {"nproc", "nproc"},
    {"od", "printf 'abc' | od -A d -t x1"},
    {"paste", "seq 3 >a; seq 4 6 >b; paste -d : a b"},
    {"patch", "seq 3 >a; seq 3 | sed s/2/two/ >b; diff -u a b >p; patch a p; cat a; rm p"},
    {"pipes", "yes | head -n 1000 | wc -l; set -o pipefail; false | true; echo $?"},
    {"printf", "printf '%05d|%-5s|%x|%c|%b\\n' 42 ab 255 xyz 'a\\tb'"},
    {"readlink", "mkdir d; ln -s d l; readlink -f l/.././d | sed 's,.*/,,'; realpath l | wc -l"},
    {"rev", "rev; tac", kFruit},
    {"sed", "sed -n -e '/apple/{s/\\([a-z]*\\) \\(.*\\)/\\2 \\1/;p}'", kFruit},
    {"seq", "seq -w 8 10; seq -s , 1 3; seq 3 -1 1"},
    {"sha256sum", "sha256sum; echo | sha512sum; echo | sha3sum; echo | sha1sum", kFruit},
    {"shell-arithmetic", "echo $((0x10 + 010 << 2)) $((7 % 3)) $((1 ? 2 : 3))"},
    {"shell-functions", "f() { local a=$1; echo \"$a-$#\"; return 3; }; f x y; echo $?"},
    {"shell-here", "cat <<END\n$((1 + 1))\nEND\n"},
    {"shell-jobs", "for i in 1 2 3; do (exit $i) & wait $!; echo $?; done"},
    {"shell-patterns",
     "touch a1 a2 b; echo a*; case abc in a?c) echo yes;; esac; x=a.b.c; echo ${x%.*}"},
    {"shell-redirections", "{ echo out; echo err >&2; } >both 2>&1; cat both; echo x >&9; echo $?"},
    {"shell-signals",
     "trap 'echo caught' USR1; kill -USR1 $$; (trap 'echo bye' EXIT; exit 3); echo $?"},
    {"shell-status", "sh -c 'kill -KILL $$'; echo $?; ./missing; echo $?; echo x >f; ./f; echo $?"},
    {"sort", "sort -k 2 -n; echo", kFruit},
    {"sort-unique", "sort -u -k 1,1 -r", kFruit},
    {"stat", "echo abc >a; ln -s a l; stat -c '%s %F %a %h' a; stat -c '%F' l; stat -L -c '%s' l"},
    {"strings", "printf 'ab\\000long enough\\001' >a; strings a"},
    {"stty", "stty; echo $?"},
    {"sysctl", "sysctl -n kernel.ostype"},
    {"tar",
     "mkdir -p d/e; echo x >d/e/f; ln d/e/f d/g; ln -s g d/h; tar -c d | tar -t | sort; "
     "tar -czf x.tgz d; mkdir y; tar -xzf x.tgz -C y; cat y/d/h; rm x.tgz"},
    {"tee", "tee a b >/dev/null; cmp a b && wc -l <a", kFruit},
    {"test",
     "touch a; [ -f a -a ! -d a ] && echo file; [ -s a ] || echo empty; [ 2 -gt 10 ]; echo $?"},
    {"time-out", "timeout 1 true; echo $?; timeout -s KILL 0.05 sleep 100; echo $?"},
    {"touch", "touch -d '2001-02-03 04:05:06' a; date -u -r a +%Y; touch a; [ -s a ]; echo $?"},
    {"tr", "tr a-z A-Z; echo aabbcc | tr -s ab; echo abc | tr -d b", kFruit},
    {"truncate", "truncate -s 1M a; stat -c %s a; truncate -s 3 a; wc -c <a"},
    {"tty", "tty; echo $?"},
    {"uname", "uname -s -r -m", "", probe::kOfTheKernel},
    {"uniq", "cut -d ' ' -f 1 | sort | uniq -c", kFruit},
    {"unix2dos", "unix2dos | od -c | head -n 2", kFruit},
    {"usleep", "usleep 1000; echo $?"},
    {"uuencode", "echo abc | uuencode -m name | tee c; uudecode -o - c"},
    {"wc", "wc; wc -c </dev/null", kFruit},
    {"which", "which sh >/dev/null; echo $?; which missing; echo $?"},
    {"xargs", "xargs -n 3 echo; echo a b | xargs -I {} echo '<{}>'; echo x | xargs false; echo $?",
     kFruit},
    {"xxd", "echo abc | xxd; echo 616263 | xxd -r -p"},
};

}  // namespace

std::span<const Program> BusyboxPrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
