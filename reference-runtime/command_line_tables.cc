// SPDX-License-Identifier: Apache-2.0
// The names are runc's, because its callers use them.
#include "reference-runtime/command_line_tables.h"

namespace loadline::runtime {
namespace {

constexpr Option kOptions[] = {
    {"", "root", "", true, "where the state of containers is kept (default /run/loadline)"},
    {"", "log", "", true, "write messages to this file"},
    {"", "log-format", "", true, "text or json"},
    {"", "debug", "", false, "log how long each stage took"},
    {"", "cgroup-manager", "", true,
     "who makes the groups: cgroupfs (default), systemd or disabled"},
    {"", "systemd-cgroup", "", false, "the same as --cgroup-manager systemd"},
    {"", "rootless", "", true, "true, false or auto: whether the caller's rights are few"},
    {"", "criu", "", true, "accepted: criu is looked up in PATH"},
    {"", "without-stage", "", true, "leave out a stage of the tables; for tests"},
    {"", "swap-stages", "", true, "A,B: let two stages of a table change places; for tests"},
    {"", "resctrl", "", true, "a directory that stands for the resctrl filesystem; for tests"},
    {"", "version", "v", false, "print the version"},
    {"", "help", "h", false, "print this text, or that of the operation"},

    {"create run spec restore", "bundle", "b", true, "directory of the bundle (default: here)"},
    {"create run exec restore", "console-socket", "", true,
     "unix socket that receives the terminal"},
    {"create run exec", "pidfd-socket", "", true, "unix socket that receives a pidfd"},
    {"create run exec restore", "pid-file", "", true, "file that receives the pid"},
    {"create run exec", "preserve-fds", "", true, "descriptors from 3 on that the payload keeps"},
    {"create run", "no-new-keyring", "", false, "keep the caller's session keyring"},
    {"create run restore", "no-pivot", "", false, "move the root instead of pivoting it"},
    {"run exec restore", "detach", "d", false, "return when the payload runs"},
    {"run", "keep", "", false, "do not delete it when it has ended"},
    {"run restore", "no-subreaper", "", false, "do not adopt what its processes leave behind"},

    {"exec", "process", "p", true, "file with the process to run, as config.json would hold it"},
    {"exec", "cwd", "", true, "working directory (default: the container's)"},
    {"exec", "env", "e", true, "NAME=VALUE, beside the container's environment; repeatable"},
    {"exec", "user", "u", true, "USER[:GROUP], names or ids (default: the container's)"},
    {"exec", "additional-gids", "g", true, "one more group id, or several with commas; repeatable"},
    {"exec", "cap", "c", true, "one more capability; repeatable"},
    {"exec", "no-new-privs", "", false, "forbid it to gain privileges by executing"},
    {"exec", "tty", "t", false, "give it a terminal"},
    {"exec", "apparmor", "", true, "refused: profiles are not applied"},
    {"exec", "process-label", "", true, "refused: labels are not applied"},
    {"exec", "cgroup", "", true, "[CONTROLLER[,…]:]PATH: a group below the container's"},
    {"exec", "ignore-paused", "", false, "in a paused container as well; waits for resume"},

    {"kill", "all", "a", false, "signal every process of the container's groups"},
    {"delete", "force", "f", false, "kill first; a container that does not exist is fine"},
    {"list ps", "format", "f", true, "table or json"},
    {"list", "quiet", "q", false, "ids only"},
    {"events", "stats", "", false, "what it uses now, once"},
    {"events", "interval", "", true, "time between two statistics (default 5s)"},

    {"update", "resources", "r", true, "file with the new linux.resources; - for standard input"},
    {"update", "blkio-weight", "", true, "10 to 1000"},
    {"update", "cpu-period", "", true, "of the processors' time, in microseconds"},
    {"update", "cpu-quota", "", true, "time in each period, in microseconds; -1 for no limit"},
    {"update", "cpu-burst", "", true, "time that may be saved up, in microseconds"},
    {"update", "cpu-share", "", true, "weight against other containers"},
    {"update", "cpu-shares", "", true, "the same"},
    {"update", "cpu-rt-period", "", true, "of realtime processes, in microseconds"},
    {"update", "cpu-rt-runtime", "", true, "of realtime processes in each period"},
    {"update", "cpu-idle", "", true, "1: only what nobody else wants"},
    {"update", "cpuset-cpus", "", true, "processors, such as 0-3,7"},
    {"update", "cpuset-mems", "", true, "memory nodes"},
    {"update", "memory", "", true, "bytes, or with a unit such as 64M; -1 for no limit"},
    {"update", "memory-reservation", "", true, "the same, as a soft limit"},
    {"update", "memory-swap", "", true, "the same, of memory and swap together"},
    {"update", "kernel-memory", "", true, "ignored, with a warning"},
    {"update", "kernel-memory-tcp", "", true, "ignored, with a warning"},
    {"update", "pids-limit", "", true, "number of processes and threads; -1 for no limit"},
    {"update", "l3-cache-schema", "", true, "refused: there is no intelRdt"},
    {"update", "mem-bw-schema", "", true, "refused: there is no intelRdt"},

    {"features", "stages", "", false, "print the tables of stages"},
    {"spec", "rootless", "", false, "for a caller without rights"},

    {"checkpoint restore", "image-path", "", true, "directory of the images (default: checkpoint)"},
    {"checkpoint restore", "work-path", "", true, "directory of criu's log"},
    {"checkpoint restore", "parent-path", "", true, "images that these continue"},
    {"checkpoint", "leave-running", "", false, "let it run on"},
    {"checkpoint", "pre-dump", "", false, "its memory only; it runs on"},
    {"checkpoint", "page-server", "", true, "ADDRESS:PORT that receives the memory"},
    {"checkpoint", "status-fd", "", true, "descriptor that learns when lazy pages are ready"},
    {"checkpoint restore", "tcp-established", "", false, "with open TCP connections"},
    {"checkpoint restore", "ext-unix-sk", "", false, "with unix sockets that lead outside"},
    {"checkpoint restore", "shell-job", "", false, "with a terminal of the caller"},
    {"checkpoint restore", "file-locks", "", false, "with file locks"},
    {"checkpoint restore", "lazy-pages", "", false, "memory comes when it is needed"},
    {"checkpoint restore", "auto-dedup", "", false, "drop memory that is stored twice"},
    {"checkpoint restore", "manage-cgroups-mode", "", true, "soft, full, strict or ignore"},
    {"checkpoint restore", "empty-ns", "", true, "a namespace whose content is left out"},
    {"restore", "lsm-profile", "", true, "refused: profiles are not applied"},
    {"restore", "lsm-mount-context", "", true, "refused: labels are not applied"},
};

constexpr Operation kOperations[] = {
    {"create", "ID", "make a container and let it wait"},
    {"start", "ID", "run its program"},
    {"run", "ID", "create, start, wait, delete"},
    {"exec", "ID [COMMAND…]", "run one more program in it", 1, kAny, 1},
    {"state", "ID", "its state, as JSON"},
    {"kill", "ID [SIGNAL]", "send a signal", 1, 2},
    {"pause", "ID", "stop its processes"},
    {"resume", "ID", "let them go on"},
    {"ps", "ID [PS-OPTION…]", "the processes in it", 1, kAny, 1},
    {"events", "ID", "what it uses, and when its memory runs out"},
    {"update", "ID", "change its limits"},
    {"delete", "ID…", "remove stopped containers", 1, kAny},
    {"list", "", "the containers below --root", 0, 0},
    {"checkpoint", "ID", "keep its processes in files, by criu"},
    {"restore", "ID", "make a container of such files"},
    {"features", "", "what this runtime can do", 0, 0},
    {"spec", "", "write a config.json to begin with", 0, 0},
    {"help", "[OPERATION]", "what it does and takes", 0, 1},
};

}  // namespace

std::span<const Option> Options() { return kOptions; }
std::span<const Operation> Operations() { return kOperations; }

}  // namespace loadline::runtime
