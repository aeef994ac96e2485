// SPDX-License-Identifier: Apache-2.0
// Every fact can fail: made-up circumstances in which it holds, and a change that makes it a fault.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <span>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

struct Fault {
  const char* fact;
  const char* good;  // members of Circumstances
  const char* bad;   // what is other (RFC 7396)
};

constexpr Fault kNamespaceFaults[] = {
    {"mount-namespace",
     R"({"config": {"linux": {"namespaces": [{"type": "mount"}]}}, "native": {"namespaces": {"mnt": "1"}}, "probe": {"namespaces": {"mnt": "2"}}})",
     R"({"probe": {"namespaces": {"mnt": "1"}}})"},
    {"pid-namespace",
     R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "native": {"namespaces": {"pid": "1"}}, "probe": {"namespaces": {"pid": "2"}}})",
     R"({"probe": {"namespaces": {"pid": "1"}}})"},
    {"network-namespace",
     R"({"config": {"linux": {"namespaces": [{"type": "network"}]}}, "native": {"namespaces": {"net": "1"}}, "probe": {"namespaces": {"net": "2"}}})",
     R"({"probe": {"namespaces": {"net": "1"}}})"},
    {"ipc-namespace",
     R"({"config": {}, "native": {"namespaces": {"ipc": "1"}}, "probe": {"namespaces": {"ipc": "1"}}})",
     R"({"probe": {"namespaces": {"ipc": "2"}}})"},
    {"uts-namespace",
     R"({"config": {}, "native": {"namespaces": {"uts": "1"}}, "probe": {"namespaces": {"uts": "1"}}})",
     R"({"probe": {"namespaces": {"uts": "2"}}})"},
    {"user-namespace",
     R"({"config": {}, "native": {"namespaces": {"user": "1"}}, "probe": {"namespaces": {"user": "1"}}})",
     R"({"probe": {"namespaces": {"user": "2"}}})"},
    {"cgroup-namespace",
     R"({"config": {}, "native": {"namespaces": {"cgroup": "1"}}, "probe": {"namespaces": {"cgroup": "1"}}})",
     R"({"probe": {"namespaces": {"cgroup": "2"}}})"},
    {"time-namespace",
     R"({"config": {}, "native": {"namespaces": {"time": "1"}}, "probe": {"namespaces": {"time": "1"}}})",
     R"({"probe": {"namespaces": {"time": "2"}}})"},
    {"first-process",
     R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "probe": {"pid": 1}})",
     R"({"probe": {"pid": 2}})"},
    {"visible-processes",
     R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "probe": {"pid": 4, "processes": [1, 4]}})",
     R"({"probe": {"processes": [1, 4, 77]}})"},
    {"user-map",
     R"({"config": {"linux": {"namespaces": [{"type": "user"}], "uidMappings": [{"containerID": 0, "hostID": 5, "size": 1}]}},
                     "probe": {"uidMap": [{"containerID": 0, "hostID": 5, "size": 1}]}})",
     R"({"probe": {"uidMap": [{"containerID": 0, "hostID": 5, "size": 2}]}})"},
    {"group-map", R"({"config": {}, "native": {"gidMap": [1]}, "probe": {"gidMap": [1]}})",
     R"({"probe": {"gidMap": []}})"},
    {"ipc-objects",
     R"({"config": {"linux": {"namespaces": [{"type": "ipc"}]}}, "probe": {"ipc": {"msg": 0, "sem": 0, "shm": 0}}})",
     R"({"probe": {"ipc": {"shm": 1}}})"},
    {"network-interfaces",
     R"({"config": {"linux": {"namespaces": [{"type": "network"}]}}, "probe": {"interfaces": ["lo"]}})",
     R"({"probe": {"interfaces": ["eth0", "lo"]}})"},
    {"hostname", R"({"config": {"hostname": "a"}, "probe": {"hostname": "a"}})",
     R"({"probe": {"hostname": "b"}})"},
    {"domainname", R"({"config": {}, "native": {"domainname": "a"}, "probe": {"domainname": "a"}})",
     R"({"probe": {"domainname": "b"}})"},
    {"group-path",
     R"({"config": {"linux": {"namespaces": [{"type": "cgroup"}]}}, "probe": {"cgroups": {"memory": "/"}}})",
     R"({"probe": {"cgroups": {"memory": "/c"}}})"},
    {"time-offsets",
     R"({"config": {"linux": {"namespaces": [{"type": "time"}], "timeOffsets": {"boottime": {"secs": 7}}}},
                         "probe": {"timeOffsets": {"boottime": {"secs": 7, "nanosecs": 0}, "monotonic": {"secs": 0, "nanosecs": 0}}}})",
     R"({"probe": {"timeOffsets": {"boottime": {"secs": 8}}}})"},
    {"namespaces-of-children",
     R"({"config": {}, "probe": {"namespaces": {"pid": "1", "pid_for_children": "1", "time": "2", "time_for_children": "2"}}})",
     R"({"probe": {"namespaces": {"time_for_children": "3"}}})"},
    {"set-groups",
     R"({"config": {}, "native": {"setgroups": "deny"}, "probe": {"setgroups": "deny"}})",
     R"({"probe": {"setgroups": "allow"}})"},
    {"ping-groups",
     R"({"config": {"linux": {"sysctl": {"net.ipv4.ping_group_range": "0 5"}}}, "probe": {"sysctls": {"net.ipv4.ping_group_range": "0\t5"}}})",
     R"({"probe": {"sysctls": {"net.ipv4.ping_group_range": "0\t2147483647"}}})"},
    {"shared-memory-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "ipc"}]}}, "more": {"reached": {"shared-memory": "ENOENT"}}})",
     R"({"more": {"reached": {"shared-memory": "ok"}}})"},
    {"queue-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "ipc"}]}}, "more": {"reached": {"queue": "ENOENT"}}})",
     R"({"more": {"reached": {"queue": "ok"}}})"},
    {"abstract-socket-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "network"}]}}, "more": {"reached": {"abstract-socket": "ECONNREFUSED"}}})",
     R"({"more": {"reached": {"abstract-socket": "ok"}}})"},
    {"process-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "more": {"reached": {"process": "ESRCH"}}})",
     R"({"more": {"reached": {"process": "ok"}}})"},
    {"trace-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "more": {"reached": {"trace": "ESRCH"}}})",
     R"({"more": {"reached": {"trace": "ok"}}})"},
};

constexpr Fault kPrivilegeFaults[] = {
    {"bounding-set",
     R"({"config": {"process": {"capabilities": {"bounding": ["CAP_KILL"]}}}, "probe": {"capabilities": {"bounding": ["CAP_KILL"]}}})",
     R"({"probe": {"capabilities": {"bounding": ["CAP_CHOWN", "CAP_KILL"]}}})"},
    {"effective-set",
     R"({"config": {"process": {"user": {"uid": 7}, "capabilities": {"effective": ["CAP_KILL"]}}}, "probe": {"capabilities": {"effective": []}}})",
     R"({"probe": {"capabilities": {"effective": ["CAP_KILL"]}}})"},
    {"permitted-set",
     R"({"config": {"process": {"noNewPrivileges": true, "capabilities": {"bounding": ["CAP_KILL", "CAP_CHOWN"], "permitted": ["CAP_KILL"]}}},
                          "probe": {"capabilities": {"permitted": ["CAP_KILL"]}}})",
     R"({"probe": {"capabilities": {"permitted": ["CAP_CHOWN", "CAP_KILL"]}}})"},
    {"inheritable-set",
     R"({"config": {"process": {"capabilities": {}}}, "probe": {"capabilities": {"inheritable": []}}})",
     R"({"probe": {"capabilities": {"inheritable": ["CAP_KILL"]}}})"},
    {"ambient-set",
     R"({"config": {"process": {"capabilities": {}}}, "probe": {"capabilities": {"ambient": []}}})",
     R"({"probe": {"capabilities": {"ambient": ["CAP_KILL"]}}})"},
    {"secure-bits", R"({"config": {}, "probe": {"securebits": 0}})",
     R"({"probe": {"securebits": 16}})"},
    {"no-new-privileges",
     R"({"config": {"process": {"noNewPrivileges": true}}, "probe": {"noNewPrivileges": true}})",
     R"({"probe": {"noNewPrivileges": false}})"},
    {"user-ids",
     R"({"config": {"process": {"user": {"uid": 5}}}, "probe": {"uid": {"real": 5, "effective": 5, "saved": 5, "filesystem": 5}}})",
     R"({"probe": {"uid": {"saved": 0}}})"},
    {"group-ids",
     R"({"config": {"process": {"user": {"gid": 5}}}, "probe": {"gid": {"real": 5, "effective": 5, "saved": 5, "filesystem": 5}}})",
     R"({"probe": {"gid": {"saved": 0}}})"},
    {"additional-groups",
     R"({"config": {"process": {"user": {"gid": 5}}}, "probe": {"groups": [5]}})",
     R"({"probe": {"groups": [0, 5]}})"},
    {"file-owners",
     R"({"config": {"linux": {"namespaces": [{"type": "user"}], "uidMappings": [{"containerID": 10, "hostID": 100, "size": 5}], "gidMappings": []}},
                        "more": {"ownerOutside": {"uid": 102, "gid": 0}}, "probe": {"paths": {"/loadline-probe": {"exists": true, "uid": 12, "gid": 65534}}}})",
     R"({"probe": {"paths": {"/loadline-probe": {"gid": 0}}}})"},
    {"session-keyring",
     R"({"config": {}, "native": {"sessionKeyring": 5}, "probe": {"sessionKeyring": 6}})",
     R"({"probe": {"sessionKeyring": 5}})"},
    {"umask", R"({"config": {"process": {"user": {"umask": 63}}}, "probe": {"umask": "0077"}})",
     R"({"probe": {"umask": "0022"}})"},
    {"dumpable", R"({"config": {}, "probe": {"dumpable": 1}})", R"({"probe": {"dumpable": 0}})"},
    {"personality",
     R"({"config": {"linux": {"personality": {"domain": "LINUX32"}}}, "probe": {"personality": "0x8"}})",
     R"({"probe": {"personality": "0x0"}})"},
    {"seccomp-mode",
     R"({"config": {"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}}}, "probe": {"seccomp": {"mode": "filter"}}})",
     R"({"probe": {"seccomp": {"mode": "disabled"}}})"},
    {"seccomp-errno",
     R"({"config": {"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]}}},
                          "probe": {"syscalls": {"getsid": "EBADFD"}}})",
     R"({"probe": {"syscalls": {"getsid": "EPERM"}}})"},
    {"seccomp-signal",
     R"({"config": {"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_TRAP"}]}}},
                           "probe": {"syscalls": {"getsid": "SIGSYS"}}})",
     R"({"probe": {"syscalls": {"getsid": "ok"}}})"},
    {"seccomp-other-entries",
     R"({"config": {"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO"}]}}},
                                  "native": {"attempts": {"enter-as-i386": "ok", "enter-as-x32": "ENOSYS"}},
                                  "probe": {"attempts": {"enter-as-i386": "SIGSYS", "enter-as-x32": "ENOSYS"}}})",
     R"({"probe": {"attempts": {"enter-as-i386": "ok"}}})"},
    {"kernel-calls",
     R"({"config": {"process": {"capabilities": {}}}, "native": {"syscalls": {"init_module": "ENOEXEC"}}, "probe": {"syscalls": {"init_module": "EPERM"}}})",
     R"({"probe": {"syscalls": {"init_module": "ENOEXEC"}}})"},
    {"namespace-calls",
     R"({"config": {"process": {"capabilities": {"bounding": ["CAP_SYS_ADMIN"]}}, "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW",
                              "syscalls": [{"names": ["pivot_root"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}}},
                            "native": {"syscalls": {"pivot_root": "ENOENT", "fsopen": "EFAULT"}}, "probe": {"syscalls": {"pivot_root": "ENOSYS", "fsopen": "EFAULT"}}})",
     R"({"probe": {"syscalls": {"pivot_root": "ENOENT"}}})"},
    {"process-calls",
     R"({"config": {"process": {"capabilities": {}}}, "native": {"attempts": {"open-by-handle": "ESTALE"}}, "probe": {"attempts": {"open-by-handle": "EPERM"}}})",
     R"({"probe": {"attempts": {"open-by-handle": "ESTALE"}}})"},
    {"socket-calls",
     R"({"config": {"process": {"capabilities": {}}}, "native": {"attempts": {"raw-socket": "ok"}}, "probe": {"attempts": {"raw-socket": "EPERM"}}})",
     R"({"probe": {"attempts": {"raw-socket": "ok"}}})"},
};

constexpr Fault kFileFaults[] = {
    {"mount-types",
     R"({"config": {"mounts": [{"destination": "/a/", "type": "tmpfs"}]}, "probe": {"mounts": {"/a": {"fstype": "tmpfs"}}}})",
     R"({"probe": {"mounts": {"/a": {"fstype": "sysfs"}}}})"},
    {"mount-flags",
     R"({"config": {"mounts": [{"destination": "/a", "type": "tmpfs", "options": ["rw", "ro", "nosuid", "suid"]}]},
                        "probe": {"mounts": {"/a": {"flags": ["ro", "relatime"]}}}})",
     R"({"probe": {"mounts": {"/a": {"flags": ["ro", "nosuid"]}}}})"},
    {"mount-times",
     R"({"config": {"mounts": [{"destination": "/a", "type": "tmpfs", "options": ["noatime"]}, {"destination": "/b", "type": "none", "options": ["bind"]}]},
                        "probe": {"mounts": {"/a": {"flags": ["noatime"]}, "/b": {"flags": []}}}})",
     R"({"probe": {"mounts": {"/a": {"flags": ["relatime"]}}}})"},
    {"mount-data",
     R"({"config": {"mounts": [{"destination": "/a", "type": "tmpfs", "options": ["mode=0755", "size=3k", "sync"]}, {"destination": "/proc", "type": "proc", "options": ["hidepid=2"]}]},
                       "probe": {"mounts": {"/a": {"superOptions": ["rw", "sync", "mode=755", "size=4k"]}, "/proc": {"superOptions": ["hidepid=invisible"]}}}})",
     R"({"probe": {"mounts": {"/proc": {"superOptions": ["rw"]}}}})"},
    {"recursive-options",
     R"({"config": {"mounts": [{"destination": "/a", "type": "none", "options": ["rbind", "rro"]}]}, "more": {"submounts": ["/a/b"]},
                              "probe": {"mounts": {"/a": {"flags": ["ro"]}, "/a/b": {"flags": ["ro"]}}}})",
     R"({"probe": {"mounts": {"/a/b": {"flags": ["rw"]}}}})"},
    {"no-other-mounts",
     R"({"config": {"mounts": [{"destination": "/a", "type": "tmpfs"}]}, "probe": {"mounts": {"/": {}, "/a": {}}}})",
     R"({"probe": {"mounts": {"/b": {}}}})"},
    {"root-identity",
     R"({"more": {"rootOutside": ["0:5", 9]}, "probe": {"root": {"filesystem": "0:5", "inode": 9}}})",
     R"({"probe": {"root": {"inode": 2}}})"},
    {"one-mount-tree",
     R"({"probe": {"mountTree": {"roots": 1, "atRoot": 1}, "root": {"nothingAbove": true}}})",
     R"({"probe": {"mountTree": {"atRoot": 2}}})"},
    {"root-propagation",
     R"({"config": {"linux": {"rootfsPropagation": "rslave"}}, "probe": {"root": {"propagation": "private"}}})",
     R"({"probe": {"root": {"propagation": "shared"}}})"},
    {"root-readonly",
     R"({"config": {"root": {"readonly": true}}, "probe": {"root": {"readonly": true}}})",
     R"({"probe": {"root": {"readonly": false}}})"},
    {"root-not-shared", R"({"config": {}, "probe": {"root": {"propagation": "private"}}})",
     R"({"probe": {"root": {"propagation": "shared"}}})"},
    {"outside-is-gone",
     R"({"more": {"outside": "/run/x"}, "probe": {"paths": {"/run/x": {"exists": false}}}})",
     R"({"probe": {"paths": {"/run/x": {"exists": true}}}})"},
    {"masked-paths",
     R"({"config": {"linux": {"maskedPaths": ["/m"]}}, "probe": {"paths": {"/m": {"exists": true, "type": "file", "content": ""}}}})",
     R"({"probe": {"paths": {"/m": {"content": "x"}}}})"},
    {"readonly-paths",
     R"({"config": {"linux": {"readonlyPaths": ["/m"]}}, "probe": {"paths": {"/m": {"exists": true, "write": "EROFS"}}}})",
     R"({"probe": {"paths": {"/m": {"write": "ok"}}}})"},
    {"kernel-settings", R"({"config": {"linux": {"readonlyPaths": ["/proc/sys"]}},
                            "probe": {"paths": {"/proc/sys/kernel/core_pattern": {"write": "EROFS"}, "/proc/sys/kernel/modprobe": {"write": "EROFS"}}}})",
     R"({"probe": {"paths": {"/proc/sys/kernel/modprobe": {"write": "ok"}}}})"},
    {"sysctl-values",
     R"({"config": {"linux": {"sysctl": {"kernel.sem": "9 8"}}}, "probe": {"sysctls": {"kernel.sem": "9\t8"}}})",
     R"({"probe": {"sysctls": {"kernel.sem": "9\t9"}}})"},
    {"sysctls-outside",
     R"({"config": {"linux": {"namespaces": [{"type": "ipc"}], "sysctl": {"kernel.msgmax": "9"}}},
                            "more": {"sysctlsBefore": {"kernel.msgmax": "5"}, "sysctlsAfterwards": {"kernel.msgmax": "5"}}})",
     R"({"more": {"sysctlsAfterwards": {"kernel.msgmax": "9"}}})"},
    {"device-links",
     R"({"probe": {"paths": {"/dev/fd": {"target": "/proc/self/fd"}, "/dev/stdin": {"target": "/proc/self/fd/0"},
                         "/dev/stdout": {"target": "/proc/self/fd/1"}, "/dev/stderr": {"target": "/proc/self/fd/2"}}}})",
     R"({"probe": {"paths": {"/dev/stdin": {"target": "/elsewhere"}}}})"},
    {"no-other-devices",
     R"({"config": {"linux": {"devices": [{"path": "/dev/fuse"}]}}, "probe": {"devices": ["fuse", "null"]}})",
     R"({"probe": {"devices": ["kmsg", "null"]}})"},
    {"terminal-instance",
     R"({"config": {"mounts": [{"destination": "/dev/pts", "type": "devpts"}]}, "native": {"paths": {"/dev/pts": {"filesystem": "0:1"}}},
                              "probe": {"paths": {"/dev/pts": {"filesystem": "0:2"}}}})",
     R"({"probe": {"paths": {"/dev/pts": {"filesystem": "0:1"}}}})"},
    {"terminal-multiplexer",
     R"({"config": {"mounts": [{"destination": "/dev/pts", "type": "devpts"}]}, "probe": {"paths": {"/dev/ptmx": {"exists": true, "target": "pts/ptmx"}}}})",
     R"({"probe": {"paths": {"/dev/ptmx": {"target": "/host/ptmx", "filesystem": "0:9"}}}})"},
    {"console",
     R"({"config": {"process": {"terminal": true}, "mounts": [{"destination": "/dev/pts", "type": "devpts"}]},
                    "probe": {"paths": {"/dev/pts": {"filesystem": "0:2"}, "/dev/console": {"type": "character", "major": 136, "filesystem": "0:2"}}}})",
     R"({"probe": {"paths": {"/dev/console": {"filesystem": "0:1"}}}})"},
    {"shared-memory-directory",
     R"({"config": {"mounts": [{"destination": "/dev/shm", "type": "tmpfs", "options": ["mode=1700"]}]}, "native": {},
                                    "probe": {"paths": {"/dev/shm": {"filesystem": "0:3", "mode": "1700"}}}})",
     R"({"probe": {"paths": {"/dev/shm": {"mode": "1777"}}}})"},
};

constexpr Fault kProcessFaults[] = {
    {"descriptors", R"({"probe": {"fds": {"0": "a", "1": "b", "2": "c"}}})",
     R"({"probe": {"fds": {"7": "d"}}})"},
    {"no-terminal",
     R"({"config": {}, "probe": {"terminal": {"controlling": false, "stdin": false, "stdout": false, "stderr": false, "rows": 24}}})",
     R"({"probe": {"terminal": {"controlling": true}}})"},
    {"standard-streams", R"({"config": {}, "probe": {"stdio": ["pipe", "pipe", "pipe"]}})",
     R"({"probe": {"stdio": ["pipe", "terminal", "pipe"]}})"},
    {"home",
     R"({"config": {"process": {"env": ["A=1"]}}, "probe": {"environ": {"HOME": "/root"}}})",
     R"({"probe": {"environ": {"HOME": "/run/caller"}}})"},
    {"listen-variables", R"({"config": {"process": {"env": ["A=1"]}}, "probe": {"environ": {}}})",
     R"({"probe": {"environ": {"LISTEN_FDS": "1"}}})"},
    {"arguments", R"({"config": {"process": {"args": ["a"]}}, "probe": {"args": ["a"]}})",
     R"({"probe": {"args": ["a", "b"]}})"},
    {"environment",
     R"({"config": {"process": {"env": ["A=1", "B"]}}, "probe": {"environ": {"A": "1", "B": "", "HOME": "/"}}})",
     R"({"probe": {"environ": {"SECRET": "x"}}})"},
    {"working-directory", R"({"config": {"process": {"cwd": "/a"}}, "probe": {"cwd": "/a"}})",
     R"({"probe": {"cwd": "/"}})"},
    {"session", R"({"config": {}, "probe": {"pid": 5, "sid": 5}})", R"({"probe": {"sid": 0}})"},
    {"process-group", R"({"config": {}, "probe": {"pid": 5, "pgid": 5}})",
     R"({"probe": {"pgid": 0}})"},
    {"parent", R"({"config": {"linux": {"namespaces": [{"type": "pid"}]}}, "probe": {"ppid": 0}})",
     R"({"probe": {"ppid": 3}})"},
    {"no-children", R"({"probe": {"children": []}})", R"({"probe": {"children": [7]}})"},
    {"signals-not-blocked", R"({"probe": {"signalsAtStart": {"blocked": []}}})",
     R"({"probe": {"signalsAtStart": {"blocked": ["SIGHUP"]}}})"},
    {"signals-not-ignored", R"({"probe": {"signalsAtStart": {"ignored": []}}})",
     R"({"probe": {"signalsAtStart": {"ignored": ["SIGHUP"]}}})"},
    {"parent-death-signal", R"({"probe": {"parentDeathSignal": 0}})",
     R"({"probe": {"parentDeathSignal": 9}})"},
    {"no-subreaper", R"({"probe": {"subreaper": false}})", R"({"probe": {"subreaper": true}})"},
    {"one-thread", R"({"probe": {"threads": 1}})", R"({"probe": {"threads": 2}})"},
    {"timer-slack", R"({"native": {"timerSlack": 5}, "probe": {"timerSlack": 5}})",
     R"({"probe": {"timerSlack": 6}})"},
    {"huge-pages",
     R"({"native": {"hugePagesDisabled": false}, "probe": {"hugePagesDisabled": false}})",
     R"({"probe": {"hugePagesDisabled": true}})"},
    {"resource-limits",
     R"({"config": {"process": {"rlimits": [{"type": "RLIMIT_CORE", "soft": 1, "hard": 2}]}}, "native": {"rlimits": {}},
                            "probe": {"rlimits": {"RLIMIT_CORE": {"soft": 1, "hard": 2}}}})",
     R"({"probe": {"rlimits": {"RLIMIT_CORE": {"hard": 9}}}})"},
    {"other-resource-limits",
     R"({"config": {}, "native": {"rlimits": {"RLIMIT_CORE": {"soft": 1, "hard": 2}}}, "probe": {"rlimits": {"RLIMIT_CORE": {"soft": 1, "hard": 2}}}})",
     R"({"probe": {"rlimits": {"RLIMIT_CORE": {"hard": 9}}}})"},
    {"oom-score", R"({"config": {"process": {"oomScoreAdj": 5}}, "probe": {"oomScoreAdj": 5}})",
     R"({"probe": {"oomScoreAdj": 0}})"},
    {"scheduler",
     R"({"config": {"process": {"scheduler": {"policy": "SCHED_BATCH", "nice": 3}}}, "native": {"scheduler": {}},
                      "probe": {"scheduler": {"policy": "SCHED_BATCH", "nice": 3, "priority": 0}}})",
     R"({"probe": {"scheduler": {"policy": "SCHED_FIFO"}}})"},
    {"io-priority",
     R"({"config": {"process": {"ioPriority": {"class": "IOPRIO_CLASS_IDLE"}}}, "probe": {"ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 0}}})",
     R"({"probe": {"ioPriority": {"class": "IOPRIO_CLASS_RT"}}})"},
    {"processors",
     R"({"config": {"linux": {"resources": {"cpu": {"cpus": "0-1,5"}}}}, "native": {"cpuAffinity": [0, 1, 2]}, "probe": {"cpuAffinity": [0, 1]}})",
     R"({"probe": {"cpuAffinity": [0, 1, 2]}})"},
    {"memory-policy",
     R"({"config": {}, "native": {"memoryPolicy": "MPOL_DEFAULT"}, "probe": {"memoryPolicy": "MPOL_DEFAULT"}})",
     R"({"probe": {"memoryPolicy": "MPOL_BIND"}})"},
    {"state", R"({"config": {"annotations": {"a": "b"}}, "host": {"pid": 9, "bundle": "/b",
                  "state": {"ociVersion": "1.0.2", "id": "c", "status": "running", "pid": 9, "bundle": "/b", "annotations": {"a": "b"}}}})",
     R"({"host": {"state": {"pid": 8}}})"},
    {"namespaces-from-outside",
     R"({"host": {"namespaces": {"net": "5"}}, "probe": {"namespaces": {"net": "5", "pid": "6"}}})",
     R"({"probe": {"namespaces": {"net": "7"}}})"},
    {"group-paths",
     R"({"config": {"linux": {"cgroupsPath": "/c"}}, "host": {"groups": {"memory": {"path": "/c"}, "pids": {"path": "/c"}}}})",
     R"({"host": {"groups": {"pids": {"path": "/"}}}})"},
    {"group-owners",
     R"({"config": {"linux": {"cgroupsPath": "/c"}}, "host": {"caller": [0, 0], "groups": {"memory": {"owner": [0, 0]}}}})",
     R"({"host": {"groups": {"memory": {"owner": [0, 1000]}}}})"},
    {"threads-from-outside", R"({"host": {"threads": {"differences": []}}})",
     R"({"host": {"threads": {"differences": ["CapEff"]}}})"},
    {"threads-that-wait", R"({"host": {"waitingThreads": {"namespaces": []}}})",
     R"({"host": {"waitingThreads": {"namespaces": ["net"]}}})"},
    {"threads", R"({"more": {"threads": {"threads": [{"Uid": "0"}, {"Uid": "0"}]}}})",
     R"({"more": {"threads": {"threads": [{"Uid": "0"}, {"Uid": "5"}]}}})"},
    {"exec-like-init",
     R"({"exec": true, "init": {"pid": 1, "umask": "0022", "paths": {"/dev/tty": {"read": "ok"}}},
                           "probe": {"pid": 5, "umask": "0022", "paths": {"/dev/tty": {"read": "ENXIO"}}}})",
     R"({"probe": {"umask": "0077"}})"},
};

Circumstances From(const json& described) {
  Circumstances circumstances;
  circumstances.config = described.value("config", json::object());
  circumstances.native = described.value("native", json::object());
  circumstances.probe = described.value("probe", json::object());
  circumstances.more = described.value("more", json::object());
  circumstances.host = described.value("host", json());
  circumstances.init = described.value("init", json());
  circumstances.exec = described.value("exec", false);
  circumstances.id = "c";
  return circumstances;
}

const Fact* Find(const std::string& name, const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    if (name == fact.name) return &fact;
  }
  return nullptr;
}

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, AreSeen) {
  const std::vector<Fact> facts = AllFacts();
  const Fact* fact = Find(GetParam().fact, facts);
  ASSERT_NE(fact, nullptr);
  json described = json::parse(GetParam().good);
  const Comparison good = CompareFact(*fact, From(described));
  EXPECT_TRUE(good.judged && good.visible && good.holds) << good.expected << " " << good.seen;
  described.merge_patch(json::parse(GetParam().bad));
  const Comparison bad = CompareFact(*fact, From(described));
  EXPECT_TRUE(bad.judged && bad.visible) << bad.expected << " " << bad.seen;
  EXPECT_FALSE(bad.holds) << bad.expected << " " << bad.seen;
}

std::string NameOf(const testing::TestParamInfo<Fault>& fault) {
  std::string name = fault.param.fact;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Namespaces, Faults, testing::ValuesIn(kNamespaceFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Privileges, Faults, testing::ValuesIn(kPrivilegeFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Files, Faults, testing::ValuesIn(kFileFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Processes, Faults, testing::ValuesIn(kProcessFaults), NameOf);

TEST(EveryFact, HasAFault) {
  std::set<std::string> shown = {"default-devices"};  // in posture_test.cc
  for (const auto& list :
       {std::span<const Fault>(kNamespaceFaults), std::span<const Fault>(kPrivilegeFaults),
        std::span<const Fault>(kFileFaults), std::span<const Fault>(kProcessFaults)}) {
    for (const Fault& fault : list) shown.insert(fault.fact);
  }
  for (const Fact& fact : AllFacts()) EXPECT_TRUE(shown.contains(fact.name)) << fact.name;
}

}  // namespace
}  // namespace loadline::conformance::isolation
