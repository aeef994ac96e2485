// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/call_trace.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>

namespace loadline::probe {
namespace {

constexpr long kLastErrno = 133;  // beyond it the kernel talks to itself: restarts
constexpr long kErrors = 4096;    // beyond it a result is none
constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                          PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

// The argument that tells one use of a call from another: a path, or a number.
struct Telling {
  long call;
  size_t index;
  bool is_path = true;
};
constexpr Telling kTelling[] = {
    {SYS_mount, 1},      {SYS_openat, 1},       {SYS_openat2, 1},      {SYS_mkdirat, 1},
    {SYS_mknodat, 1},    {SYS_umount2, 0},      {SYS_statfs, 0},       {SYS_execve, 0},
    {SYS_pivot_root, 0}, {SYS_chdir, 0},        {SYS_chroot, 0},       {SYS_move_mount, 1},
    {SYS_statx, 1},      {SYS_newfstatat, 1},   {SYS_faccessat, 1},    {SYS_faccessat2, 1},
    {SYS_readlinkat, 1}, {SYS_unlinkat, 1},     {SYS_linkat, 1},       {SYS_fchmodat, 1},
    {SYS_fchownat, 1},   {SYS_utimensat, 1},    {SYS_renameat2, 1},    {SYS_setxattr, 0},
    {SYS_getxattr, 0},   {SYS_ioctl, 1, false}, {SYS_fcntl, 1, false}, {SYS_prctl, 0, false},
#ifdef SYS_mkdir
    {SYS_mkdir, 0},      {SYS_mknod, 0},        {SYS_open, 0},         {SYS_stat, 0},
    {SYS_lstat, 0},      {SYS_access, 0},       {SYS_readlink, 0},     {SYS_unlink, 0},
    {SYS_rename, 0},     {SYS_chmod, 0},        {SYS_chown, 0},
#endif
};
constexpr size_t kPathBytes = 120;

// What the registers say of a call. PTRACE_GET_SYSCALL_INFO would be one question for all
// processors, but a kernel in user space need not answer it.
struct Registers {
  long number;
  long result;
  std::array<uint64_t, 2> arguments;  // only at its entry
};

std::optional<Registers> RegistersOf(pid_t pid) {
  user_regs_struct all{};
  iovec room{&all, sizeof all};
  if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &room) != 0) return std::nullopt;
#if defined(__x86_64__)
  return Registers{static_cast<long>(all.orig_rax), static_cast<long>(all.rax), {all.rdi, all.rsi}};
#elif defined(__aarch64__)
  return Registers{
      static_cast<long>(all.regs[8]), static_cast<long>(all.regs[0]), {all.regs[0], all.regs[1]}};
#else
#error "say in which registers this processor has the number and the result of a system call"
#endif
}

// Word by word, because that is what every kernel knows.
std::string TextAt(pid_t pid, uint64_t address) {
  std::string text;
  while (text.size() < kPathBytes) {
    errno = 0;
    const long word = ptrace(PTRACE_PEEKDATA, pid, address + text.size(), nullptr);
    if (errno != 0) break;
    std::array<char, sizeof word> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    const size_t length = strnlen(bytes.data(), bytes.size());
    text.append(bytes.data(), length);
    if (length < bytes.size()) break;
  }
  return text;
}

std::string About(pid_t pid, const Registers& entry) {
  for (const Telling& known : kTelling) {
    if (known.call != entry.number) continue;
    const uint64_t argument = entry.arguments[known.index];
    if (known.is_path) return TextAt(pid, argument);
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "0x%lx", static_cast<unsigned long>(argument));
    return text.data();
  }
  return "";
}

class CallTracer {
 public:
  CallTracer(pid_t command, const std::function<void(const TracedCall&)>& seen)
      : command_(command), seen_(seen) {
    callers_[command];
  }

  void Run() {
    int status = 0;
    if (waitpid(command_, &status, __WALL) == command_ && WIFSTOPPED(status)) {
      callers_[command_].known = true;
      ptrace(PTRACE_SETOPTIONS, command_, nullptr, kOptions);
      ptrace(PTRACE_SYSCALL, command_, nullptr, nullptr);
      while (!ended_ && Step()) {
      }
    }
    for (const auto& caller : callers_) kill(caller.first, SIGKILL);
    for (pid_t pid = 1; pid > 0;) pid = waitpid(-1, nullptr, __WALL | WNOHANG);
  }

 private:
  struct Caller {
    bool known = false;  // its first stop, which the kernel makes, has been seen
    bool in_call = false;
    TracedCall call;  // that it is in
  };

  bool Step() {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return false;
    if (!WIFSTOPPED(status)) {
      callers_.erase(pid);
      ended_ = pid == command_;
      return true;
    }
    Caller& caller = callers_[pid];
    const bool of_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
    const bool is_event = status >> 16 != 0;
    const bool is_first = WSTOPSIG(status) == SIGSTOP && !caller.known;
    if (of_call) Look(pid, caller);
    caller.known = true;
    const long signal = of_call || is_event || is_first ? 0 : WSTOPSIG(status);
    ptrace(PTRACE_SYSCALL, pid, nullptr, signal);
    return true;
  }

  // What a call is about is read at its entry: execve() leaves nothing of it.
  void Look(pid_t pid, Caller& caller) {
    const auto registers = RegistersOf(pid);
    caller.in_call = !caller.in_call;
    if (!registers) return;
    if (caller.in_call) {
      caller.call = {registers->number, About(pid, *registers), 0};
      return;
    }
    const bool failed = registers->result < 0 && registers->result >= -kLastErrno;
    const bool restarts = registers->result < -kLastErrno && registers->result > -kErrors;
    // What comes of sigreturn() is what the interrupted code had in its registers.
    if (restarts || caller.call.number == SYS_rt_sigreturn) return;
    caller.call.error = failed ? static_cast<int>(-registers->result) : 0;
    seen_(caller.call);
  }

  const pid_t command_;
  const std::function<void(const TracedCall&)>& seen_;
  bool ended_ = false;
  std::map<pid_t, Caller> callers_;
};

}  // namespace

bool StopForTracer() {
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return false;
  raise(SIGSTOP);
  return true;
}

void TraceCalls(pid_t command, const std::function<void(const TracedCall&)>& seen) {
  CallTracer(command, seen).Run();
}

}  // namespace loadline::probe
