// SPDX-License-Identifier: Apache-2.0
// System calls by name, each with arguments that can do no harm. Where a call would succeed it is
// made so that it changes nothing; where nothing harmless succeeds, its natural error is one that a
// filter does not use (EBADF, ENOENT, EFAULT, EINVAL).
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "conformance/probe/child.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

constexpr char kNowhere[] = "/nonexistent/loadline";
constexpr long kNowherePath = -2;  // stands for the address of kNowhere

struct HarmlessCall {
  const char* name;
  long number;
  long arguments[6];
};

constexpr HarmlessCall kCalls[] = {
    {"accept", SYS_accept, {-1}},
    {"add_key", SYS_add_key, {0}},
    {"bpf", SYS_bpf, {-1}},
    {"chdir", SYS_chdir, {kNowherePath}},
    {"chroot", SYS_chroot, {kNowherePath}},
    {"clock_settime", SYS_clock_settime, {-1, 0}},
    {"connect", SYS_connect, {-1}},
    {"delete_module", SYS_delete_module, {0}},
    {"fchmod", SYS_fchmod, {-1, 0}},
    {"fanotify_init", SYS_fanotify_init, {0, 0}},
    {"flock", SYS_flock, {-1, 0}},
    {"fsopen", SYS_fsopen, {0}},
    {"getcwd", SYS_getcwd, {0, 0}},
    {"getpid", SYS_getpid, {}},
    {"getppid", SYS_getppid, {}},
    {"getpriority", SYS_getpriority, {0, 0}},
    {"getrandom", SYS_getrandom, {0, 0, 0}},
    {"getsid", SYS_getsid, {0}},
    {"getuid", SYS_getuid, {}},
    {"init_module", SYS_init_module, {0, 0, 0}},
    {"io_uring_setup", SYS_io_uring_setup, {0, 0}},
    {"keyctl", SYS_keyctl, {-1}},
    {"kexec_load", SYS_kexec_load, {0, 0, 0, 0xffff}},
    {"kill", SYS_kill, {0, 0}},
    {"listen", SYS_listen, {-1, 0}},
    {"mount", SYS_mount, {0, kNowherePath, 0, 0, 0}},
    {"move_mount", SYS_move_mount, {-1, 0, -1, 0, 0}},
    {"nanosleep", SYS_nanosleep, {0, 0}},
    {"open_by_handle_at", SYS_open_by_handle_at, {-1, 0, 0}},
    {"perf_event_open", SYS_perf_event_open, {0, 0, -1, -1, 0}},
    {"personality", SYS_personality, {0xffffffff}},
    {"pidfd_open", SYS_pidfd_open, {-1, 0}},
    {"pivot_root", SYS_pivot_root, {kNowherePath, kNowherePath}},
    {"process_vm_readv", SYS_process_vm_readv, {-1, 0, 0, 0, 0, 0}},
    {"ptrace", SYS_ptrace, {PTRACE_CONT, 0, 0, 0}},
    {"quotactl", SYS_quotactl, {-1, 0, 0, 0}},
    {"reboot", SYS_reboot, {0, 0, 0, 0}},
    {"request_key", SYS_request_key, {0, 0, 0, 0}},
    {"sched_yield", SYS_sched_yield, {}},
    {"setpriority", SYS_setpriority, {0, 0, -1}},
    {"setns", SYS_setns, {-1, 0}},
    {"sethostname", SYS_sethostname, {0, -1}},
    {"socket", SYS_socket, {AF_UNIX, SOCK_STREAM, 0}},
    {"swapon", SYS_swapon, {kNowherePath, 0}},
    {"syslog", SYS_syslog, {10, 0, 0}},
    {"truncate", SYS_truncate, {kNowherePath, 0}},
    {"umask", SYS_umask, {0022}},
    {"umount2", SYS_umount2, {kNowherePath, 0}},
    {"uname", SYS_uname, {0}},
    {"unshare", SYS_unshare, {0}},
    {"userfaultfd", SYS_userfaultfd, {-1}},
#ifdef SYS_chmod
    {"chmod", SYS_chmod, {kNowherePath, 0}},
    {"chown", SYS_chown, {kNowherePath, 0, 0}},
    {"link", SYS_link, {kNowherePath, kNowherePath}},
    {"mkdir", SYS_mkdir, {kNowherePath, 0}},
    {"mknod", SYS_mknod, {kNowherePath, S_IFIFO, 0}},
    {"rename", SYS_rename, {kNowherePath, kNowherePath}},
    {"rmdir", SYS_rmdir, {kNowherePath}},
    {"symlink", SYS_symlink, {kNowherePath, kNowherePath}},
    {"unlink", SYS_unlink, {kNowherePath}},
    {"utime", SYS_utime, {kNowherePath, 0}},
#else  // younger architectures have only the calls that take a directory
    {"chmod", SYS_fchmodat, {AT_FDCWD, kNowherePath, 0}},
    {"chown", SYS_fchownat, {AT_FDCWD, kNowherePath, 0, 0, 0}},
    {"link", SYS_linkat, {AT_FDCWD, kNowherePath, AT_FDCWD, kNowherePath, 0}},
    {"mkdir", SYS_mkdirat, {AT_FDCWD, kNowherePath, 0}},
    {"mknod", SYS_mknodat, {AT_FDCWD, kNowherePath, S_IFIFO, 0}},
    {"rename", SYS_renameat2, {AT_FDCWD, kNowherePath, AT_FDCWD, kNowherePath, 0}},
    {"rmdir", SYS_unlinkat, {AT_FDCWD, kNowherePath, AT_REMOVEDIR}},
    {"symlink", SYS_symlinkat, {kNowherePath, AT_FDCWD, kNowherePath}},
    {"unlink", SYS_unlinkat, {AT_FDCWD, kNowherePath, 0}},
    {"utime", SYS_utimensat, {AT_FDCWD, kNowherePath, 0, 0}},
#endif
#ifdef SYS_ioperm
    {"ioperm", SYS_ioperm, {0, 1, 1}},
#endif
};

// "socket(1,2,0)": the call with these arguments; only numbers.
bool ParseArguments(const std::string& text, long (&arguments)[6]) {
  const size_t open_parenthesis = text.find('(');
  if (open_parenthesis == std::string::npos) return false;
  std::fill(std::begin(arguments), std::end(arguments), 0);
  const char* at = text.c_str() + open_parenthesis + 1;
  for (long& argument : arguments) {
    char* end = nullptr;
    argument = std::strtol(at, &end, 0);
    if (end == at || *end != ',') break;
    at = end + 1;
  }
  return true;
}

}  // namespace

std::string TrySystemCall(const std::string& name) {
  const std::string plain = name.substr(0, name.find('('));
  const auto* found = std::find_if(std::begin(kCalls), std::end(kCalls),
                                   [&](const HarmlessCall& call) { return plain == call.name; });
  if (found == std::end(kCalls)) return "unknown";
  HarmlessCall call = *found;
  ParseArguments(name, call.arguments);
  for (long& argument : call.arguments) {
    if (argument == kNowherePath) argument = reinterpret_cast<long>(kNowhere);
  }
  return InChild([&] {
    const long result =
        syscall(call.number, call.arguments[0], call.arguments[1], call.arguments[2],
                call.arguments[3], call.arguments[4], call.arguments[5]);
    return result < 0 ? errno : 0;
  });
}

std::string AnswerOf(int status) {
  if (WIFEXITED(status)) return ErrnoName(WEXITSTATUS(status));
  const char* name = sigabbrev_np(WTERMSIG(status));
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace loadline::probe
