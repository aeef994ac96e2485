// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/failed_calls.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>

#include "base/call_table.h"

namespace loadline::probe {
namespace {

// What programs try and do without.
constexpr int kEveryDay[] = {ENOENT, EAGAIN, EINTR,   ECHILD,   ENOTTY,      ESRCH,
                             EEXIST, ESPIPE, ENODATA, ENOTCONN, EINPROGRESS, ETIMEDOUT};
constexpr int kLastErrno = 133;  // beyond it the kernel talks to itself: restarts

// Calls that name a path, and in which argument.
struct PathArgument {
  long call;
  size_t index;
};
constexpr PathArgument kPaths[] = {
    {SYS_mount, 1},      {SYS_openat, 1},  {SYS_openat2, 1}, {SYS_mkdirat, 1},
    {SYS_mknodat, 1},    {SYS_umount2, 0}, {SYS_statfs, 0},  {SYS_execve, 0},
    {SYS_pivot_root, 0}, {SYS_chdir, 0},   {SYS_chroot, 0},  {SYS_move_mount, 1},
#ifdef SYS_mkdir
    {SYS_mkdir, 0},      {SYS_mknod, 0},   {SYS_open, 0},
#endif
};
constexpr size_t kPathBytes = 120;

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// In the child: waits for its tracer, and becomes the command.
[[noreturn]] void BecomeTraced(char* const* argv, char* const* environment) {
  setsid();
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  raise(SIGSTOP);
  execve(argv[0], argv, environment);
  _exit(127);
}

class Tracer {
 public:
  explicit Tracer(pid_t command) : command_(command) { callers_[command]; }

  // Until the command has ended, or a signal interrupts us. What lives on is killed.
  std::vector<std::string> Run() {
    int status = 0;
    if (waitpid(command_, &status, __WALL) == command_ && WIFSTOPPED(status)) {
      constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
      ptrace(PTRACE_SETOPTIONS, command_, nullptr, kOptions);
      ptrace(PTRACE_SYSCALL, command_, nullptr, nullptr);
      while (!ended_ && Step()) {
      }
    }
    for (const auto& caller : callers_) kill(caller.first, SIGKILL);
    for (pid_t pid = 1; pid > 0;) pid = waitpid(-1, nullptr, __WALL | WNOHANG);
    return std::move(failed_);
  }

 private:
  struct Caller {
    bool known = false;  // its first stop, which the kernel makes, has been seen
    long call = -1;      // that it is in
    std::array<uint64_t, 6> arguments{};
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
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      Look(pid, caller);
      signal = 0;
    } else if (signal == SIGTRAP || (signal == SIGSTOP && !caller.known)) {
      signal = 0;  // an event, or the first stop of who is new
    }
    caller.known = true;
    ptrace(PTRACE_SYSCALL, pid, nullptr, static_cast<long>(signal));
    return true;
  }

  void Look(pid_t pid, Caller& caller) {
    __ptrace_syscall_info info{};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      caller.call = static_cast<long>(info.entry.nr);
      std::copy(std::begin(info.entry.args), std::end(info.entry.args), caller.arguments.begin());
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.is_error != 0) {
      Note(pid, caller, static_cast<int>(-info.exit.rval));
    }
  }

  void Note(pid_t pid, const Caller& caller, int error) {
    const bool every_day =
        std::find(std::begin(kEveryDay), std::end(kEveryDay), error) != std::end(kEveryDay);
    if (every_day || error > kLastErrno || caller.call < 0) return;
    failed_.push_back(faults::CallName(caller.call) + "(" + PathOf(pid, caller) +
                      "): " + faults::ErrorName(error));
  }

  static std::string PathOf(pid_t pid, const Caller& caller) {
    for (const PathArgument& known : kPaths) {
      if (known.call != caller.call) continue;
      std::array<char, kPathBytes> text{};
      const iovec here{text.data(), text.size() - 1};
      const iovec there{reinterpret_cast<void*>(caller.arguments[known.index]), text.size() - 1};
      // A page that is not there cuts it short.
      if (process_vm_readv(pid, &here, 1, &there, 1, 0) <= 0) return "";
      return text.data();
    }
    return "";
  }

  const pid_t command_;
  bool ended_ = false;
  std::map<pid_t, Caller> callers_;
  std::vector<std::string> failed_;
};

}  // namespace

std::vector<std::string> FailedCalls(const std::vector<std::string>& argv,
                                     const std::vector<std::string>& environment,
                                     std::chrono::milliseconds most) {
  if (argv.empty()) return {};
  const std::vector<char*> words = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);
  // Who waits is interrupted when the time is over.
  struct sigaction interrupt {};
  struct sigaction before {};
  interrupt.sa_handler = [](int) {};
  sigaction(SIGALRM, &interrupt, &before);
  itimerval timer{};
  timer.it_value = {most.count() / 1000, most.count() % 1000 * 1000};
  const pid_t pid = fork();
  if (pid == 0) BecomeTraced(words.data(), variables.data());
  if (pid < 0) return {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  std::vector<std::string> failed = Tracer(pid).Run();
  timer = {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  return failed;
}

}  // namespace loadline::probe
