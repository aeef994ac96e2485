// SPDX-License-Identifier: Apache-2.0
#include "base/call_table.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace loadline::faults {
namespace {

constexpr std::string_view kCannotFail = "it cannot fail";
constexpr std::string_view kNoReturn = "it does not return";
constexpr std::string_view kHalf = "undoing what it does cannot fail, and it is the same call";
constexpr std::string_view kOurFault = "it fails only for arguments that the program gets wrong";

#define CALL(name) SYS_##name, #name

const std::vector<CallFaults> kCalls = {
    // Files.
    {CALL(openat), {EMFILE, ENOENT, EACCES, ENFILE}, ""},
    {CALL(openat2), {EMFILE, ENOENT, EACCES, ENOSYS}, ""},
    {CALL(close), {EIO}, "", true},
    {CALL(read), {EIO, EINTR}, ""},
    {CALL(pread64), {EIO}, ""},
    {CALL(write), {ENOSPC, EIO}, ""},
    {CALL(writev), {ENOSPC, EIO}, ""},
    {CALL(pwrite64), {ENOSPC, EIO}, ""},
    {CALL(fsync), {EIO}, ""},
    {CALL(flock), {}, kHalf},
    {CALL(sendfile), {EIO, ENOMEM}, ""},
    {CALL(lseek), {}, kOurFault},
    {CALL(fstat), {EIO}, ""},
    {CALL(newfstatat), {EACCES, ENOMEM}, ""},
    {CALL(statx), {EACCES, ENOMEM, ENOSYS}, ""},
    {CALL(statfs), {EIO}, ""},
    {CALL(fstatfs), {EIO}, ""},
    {CALL(faccessat2), {EACCES, ENOSYS}, ""},
    {CALL(getdents64), {EIO}, ""},
    {CALL(readlinkat), {EACCES, ENOMEM}, ""},
    {CALL(getcwd), {ENOENT}, ""},
    {CALL(chdir), {EACCES}, ""},
    {CALL(fchdir), {EACCES}, ""},
    {CALL(mkdirat), {ENOSPC, EROFS}, ""},
    {CALL(mknodat), {ENOSPC, EACCES}, ""},
    {CALL(symlinkat), {ENOSPC, EROFS}, ""},
    {CALL(linkat), {ENOSPC, EXDEV}, ""},
    {CALL(renameat), {ENOSPC, EIO}, ""},
    {CALL(renameat2), {ENOSPC, EIO, ENOSYS}, ""},
    {CALL(unlinkat), {EIO, EROFS}, ""},
    {CALL(fchmod), {EROFS}, ""},
    {CALL(fchmodat), {EROFS}, ""},
    {CALL(fchown), {EROFS}, ""},
    {CALL(fchownat), {EROFS}, ""},
    {CALL(ftruncate), {EIO}, ""},
    {CALL(umask), {}, kCannotFail},
    {CALL(fcntl), {EMFILE}, ""},
    {CALL(dup), {EMFILE}, ""},
    {CALL(dup3), {EBUSY}, ""},
    {CALL(close_range), {ENOMEM, ENOSYS}, ""},
    {CALL(ioctl), {EIO}, ""},
    {CALL(pipe2), {EMFILE}, ""},
    {CALL(ppoll), {ENOMEM, EINTR}, ""},
    {CALL(memfd_create), {ENOMEM}, ""},
    {CALL(inotify_init1), {EMFILE}, ""},
    {CALL(inotify_add_watch), {ENOSPC}, ""},
    {CALL(timerfd_create), {EMFILE}, ""},
    {CALL(timerfd_settime), {}, kOurFault},
    {CALL(signalfd4), {EMFILE}, ""},
    {CALL(eventfd2), {EMFILE}, ""},
    {CALL(epoll_create1), {EMFILE}, ""},
    {CALL(epoll_ctl), {}, kHalf},
    // Sockets.
    {CALL(socket), {EMFILE, ENOBUFS}, ""},
    {CALL(socketpair), {EMFILE}, ""},
    {CALL(setsockopt), {ENOBUFS}, ""},
    {CALL(bind), {ENOSPC, EADDRINUSE}, ""},
    {CALL(listen), {EADDRINUSE}, ""},
    {CALL(connect), {ECONNREFUSED, EAGAIN}, ""},
    {CALL(accept4), {EMFILE, EINTR, ECONNABORTED}, ""},
    {CALL(sendto), {ENOBUFS, EPIPE}, ""},
    {CALL(sendmsg), {ENOBUFS}, ""},
    {CALL(recvfrom), {ENOMEM, EINTR}, ""},
    {CALL(recvmsg), {ENOMEM}, ""},
    {CALL(shutdown), {ENOTCONN}, ""},
    // Mounts.
    {CALL(mount), {EPERM, EBUSY}, ""},
    {CALL(umount2), {EBUSY}, ""},
    {CALL(pivot_root), {EBUSY}, ""},
    {CALL(chroot), {EPERM}, ""},
    {CALL(open_tree), {EPERM, EMFILE, ENOSYS}, ""},
    {CALL(move_mount), {EPERM, EBUSY, ENOSYS}, ""},
    {CALL(fsopen), {EPERM, ENODEV, ENOSYS}, ""},
    {CALL(fsconfig), {EINVAL, ENOMEM}, ""},
    {CALL(fsmount), {EPERM, EBUSY}, ""},
    {CALL(fspick), {EPERM, ENOSYS}, ""},
    {CALL(mount_setattr), {EPERM, ENOSYS}, ""},
    // Processes.
    {CALL(clone), {EAGAIN, ENOMEM}, ""},
    {CALL(clone3), {EAGAIN, ENOMEM, ENOSPC, ENOSYS}, ""},
    {CALL(execve), {EACCES, ENOMEM}, ""},
    {CALL(execveat), {EACCES, ENOMEM, ENOSYS}, ""},
    {CALL(wait4), {EINTR}, ""},
    {CALL(waitid), {EINTR}, ""},
    {CALL(unshare), {EPERM, ENOSPC}, ""},
    {CALL(setns), {EPERM, ENOMEM}, ""},
    {CALL(setsid), {EPERM}, ""},
    {CALL(kill), {EPERM}, ""},
    {CALL(pidfd_open), {EMFILE, ENOMEM, ENOSYS}, ""},
    {CALL(pidfd_send_signal), {EPERM, ENOSYS}, ""},
    {CALL(prctl), {EPERM}, ""},
    {CALL(prlimit64), {EPERM}, ""},
    {CALL(setrlimit), {EPERM}, ""},
    {CALL(setresuid), {EAGAIN, EPERM}, ""},
    {CALL(setresgid), {EPERM}, ""},
    {CALL(setuid), {EAGAIN, EPERM}, ""},
    {CALL(setgid), {EPERM}, ""},
    {CALL(setgroups), {ENOMEM, EPERM}, ""},
    {CALL(capset), {EPERM}, ""},
    {CALL(capget), {}, kOurFault},
    {CALL(seccomp), {ENOMEM}, ""},
    {CALL(bpf), {EPERM, ENOMEM}, ""},
    {CALL(keyctl), {EDQUOT, ENOMEM}, ""},
    {CALL(sethostname), {EPERM}, ""},
    {CALL(setdomainname), {EPERM}, ""},
    {CALL(personality), {}, kOurFault},
    {CALL(ioprio_set), {EPERM}, ""},
    {CALL(sched_setattr), {EPERM}, ""},
    {CALL(exit), {}, kNoReturn},
    {CALL(exit_group), {}, kNoReturn},
    {CALL(getpid), {}, kCannotFail},
    {CALL(gettid), {}, kCannotFail},
    {CALL(getppid), {}, kCannotFail},
    {CALL(getuid), {}, kCannotFail},
    {CALL(geteuid), {}, kCannotFail},
    {CALL(getgid), {}, kCannotFail},
    {CALL(getegid), {}, kCannotFail},
    // Memory, signals, time, and what the C library does for itself.
    {CALL(mmap), {ENOMEM}, ""},
    {CALL(brk), {}, "the C library takes memory by mmap instead, and mmap fails in its turn"},
    {CALL(munmap), {}, "it fails only where a mapping would be split"},
    {CALL(mremap), {ENOMEM}, ""},
    {CALL(mprotect), {ENOMEM}, ""},
    {CALL(madvise), {}, "it is a hint"},
    {CALL(rt_sigaction), {}, kOurFault},
    {CALL(rt_sigprocmask), {}, kOurFault},
    {CALL(rt_sigreturn), {}, kNoReturn},
    {CALL(restart_syscall), {}, "the kernel makes it"},
    {CALL(futex), {}, kOurFault},
    {CALL(getrandom), {}, "the C library has another source"},
    {CALL(clock_gettime), {}, kOurFault},
    {CALL(uname), {}, kOurFault},
    {CALL(set_tid_address), {}, kCannotFail},
    {CALL(set_robust_list), {}, "made before main"},
    {CALL(rseq), {}, "made before main"},
#ifdef __x86_64__
    // What younger architectures do by the call that takes a directory, or flags.
    {CALL(open), {EMFILE, ENOENT, EACCES}, ""},
    {CALL(stat), {ENOENT, EACCES}, ""},
    {CALL(lstat), {ENOENT, EACCES}, ""},
    {CALL(access), {EACCES}, ""},
    {CALL(readlink), {EACCES, ENOMEM}, ""},
    {CALL(mkdir), {ENOSPC, EACCES}, ""},
    {CALL(rename), {ENOSPC, EIO}, ""},
    {CALL(unlink), {EIO, EROFS}, ""},
    {CALL(rmdir), {EBUSY, EIO}, ""},
    {CALL(chmod), {EROFS}, ""},
    {CALL(dup2), {EBUSY}, ""},
    {CALL(poll), {ENOMEM, EINTR}, ""},
    {CALL(vfork), {EAGAIN}, ""},
    {CALL(fork), {EAGAIN}, ""},
    {CALL(getrlimit), {}, kOurFault},
    {CALL(arch_prctl), {}, "made before main"},
#endif
};

#undef CALL

constexpr auto kStartUp = std::to_array<long>({
#ifdef __x86_64__
    SYS_arch_prctl, SYS_readlink,
#endif
    SYS_brk, SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_prlimit64, SYS_readlinkat,
    SYS_getrandom, SYS_mprotect, SYS_mmap, SYS_uname});

}  // namespace

const std::vector<CallFaults>& AllFaults() { return kCalls; }

const CallFaults* FindFaults(long number) {
  const auto found = std::find_if(kCalls.begin(), kCalls.end(), [number](const CallFaults& call) {
    return call.number == number;
  });
  return found == kCalls.end() ? nullptr : &*found;
}

std::string CallName(long number) {
  const CallFaults* call = FindFaults(number);
  return call == nullptr ? "call " + std::to_string(number) : std::string(call->name);
}

bool IsStartUp(long number) {
  return std::find(kStartUp.begin(), kStartUp.end(), number) != kStartUp.end();
}

size_t ErrorCount(long number) {
  const CallFaults* call = FindFaults(number);
  return call == nullptr ? 1 : call->errors.size();
}

int ErrorFor(long number, size_t variant) {
  const CallFaults* call = FindFaults(number);
  if (call == nullptr) return EINVAL;
  return call->errors.empty() ? 0 : call->errors[variant % call->errors.size()];
}

std::string ErrorName(int number) {
  const char* name = strerrorname_np(number);
  return name == nullptr ? std::to_string(number) : name;
}

}  // namespace loadline::faults
