#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many config.json files a second `loadline validate` judges with all rules on: 10,000 of about 4.8 KB and of about 2 KB, two
# at once, and the memory for 1,000 and for 10,000. Then one document against @sourcemeta/jsonschema's native program, which checks the
# same document against our own schema and no rules, when it is named.
# usage: bench/documents.sh [FOLDER_OF_THE_PROGRAMS] [PATH_OF_JSONSCHEMA]     needs: python3, runc, hyperfine, jq, time
set -eu
here=$(cd "$(dirname "$0")" && pwd)
loadline=$(realpath "${1:-build/release/bin}")/loadline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

(cd "$work" && runc spec)
python3 - "$work" <<'PY'
import json, pathlib, sys
work = pathlib.Path(sys.argv[1])
small = json.loads((work / "config.json").read_text())
small["process"]["capabilities"]["inheritable"] = small["process"]["capabilities"]["ambient"]
large = json.loads(json.dumps(small))
names = """accept access alarm bind brk capget chdir chmod chown clock_gettime clone close connect dup dup2 epoll_create epoll_ctl
  epoll_wait eventfd execve exit exit_group faccessat fallocate fchdir fchmod fcntl flock fork fstat fstatfs fsync ftruncate futex getcwd
  getdents getegid geteuid getgid getgroups getpid getppid getpriority getrandom getrlimit getsid getsockname getsockopt gettid getuid
  ioctl kill lchown link listen lseek lstat madvise mkdir mknod mmap mprotect mremap msync munmap nanosleep newfstatat open openat pause
  pipe pipe2 poll ppoll prctl pread64 prlimit64 pwrite64 read readlink recvfrom recvmsg rename rmdir rt_sigaction rt_sigprocmask select
  sendmsg sendto setgid setgroups setsid setsockopt setuid shutdown socket socketpair stat statfs symlink sync sysinfo tgkill time times
  umask uname unlink utime vfork wait4 waitid write writev""".split()
large["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": names, "action": "SCMP_ACT_ALLOW"}]}
for name, document, indent in (("large", large, "\t"), ("small", small, None)):
    (work / name).mkdir()
    for number in range(10000):
        document["hostname"] = f"host{number}"
        (work / name / f"{number}.json").write_text(json.dumps(document, indent=indent))
PY
cd "$work"
for size in large small; do
  hyperfine --warmup 1 --runs 7 --export-json "$work/$size.result" "$loadline validate --quiet --jobs 2 $size/*.json" > /dev/null 2>&1
  bytes=$(wc -c < $size/1234.json)
  jq -r --arg bytes "$bytes" '"\($bytes) bytes each: median \(10000 / .results[0].median | round) documents a second"' "$work/$size.result"
done
for count in 1000 10000; do
  find small -name '*.json' | head -n $count > list
  # shellcheck disable=SC2046
  command time -f "$count documents: %M KB of memory at most" "$loadline" validate --quiet --jobs 2 $(cat list) > /dev/null
done
[ $# -ge 2 ] || exit 0
python3 "$here/join_schema.py" "$here/../../schema/oci-runtime" config.json > "$work/schema.json"
hyperfine -N --warmup 3 --runs 100 --export-json one.result "$loadline validate large/0.json" "$2 validate schema.json large/0.json" > /dev/null 2>&1
jq -r '.results | map(.median * 10000 | round / 10) | "one document: loadline \(.[0]) ms, jsonschema \(.[1]) ms"' one.result
