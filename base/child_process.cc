// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace loadline {
namespace {

// Everything that the child needs, prepared before vfork: the child shares our memory and must not
// allocate.
struct Prepared {
  const char* program = nullptr;
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* directory = nullptr;
  std::vector<std::pair<int, int>> descriptors;
  int above = 3;  // first number above every descriptor named here
  const std::pair<uid_t, gid_t>* user = nullptr;
  std::optional<mode_t> umask;
  bool new_session = false;
  bool dies_with_parent = false;
  pid_t parent = 0;
  const char* failed_call = nullptr;  // written by the child
  int failed_errno = 0;
};

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void FailInChild(Prepared& prepared, const char* call) {
  prepared.failed_errno = errno;
  prepared.failed_call = call;
  _exit(127);
}

// By the system calls themselves: the C library would have every thread of ours follow.
void BecomeInChild(Prepared& prepared) {
  const auto [uid, gid] = *prepared.user;
  if (syscall(SYS_setgroups, 0, nullptr) != 0) FailInChild(prepared, "setgroups");
  if (syscall(SYS_setresgid, gid, gid, gid) != 0) FailInChild(prepared, "setresgid");
  if (syscall(SYS_setresuid, uid, uid, uid) != 0) FailInChild(prepared, "setresuid");
}

[[noreturn, gnu::noinline]] void ExecInChild(Prepared& prepared) {
  if (prepared.new_session) setsid();
  // Before the signal of the parent's death is asked for, which a change of the user takes away.
  if (prepared.user != nullptr) BecomeInChild(prepared);
  if (prepared.umask) umask(*prepared.umask);
  if (prepared.dies_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != prepared.parent) _exit(127);
  }
  // First out of the way of the numbers to be given, then into place (dup2 clears close-on-exec).
  for (auto& descriptor : prepared.descriptors) {
    descriptor.first = fcntl(descriptor.first, F_DUPFD_CLOEXEC, prepared.above);
    if (descriptor.first < 0) FailInChild(prepared, "fcntl");
  }
  for (const auto& descriptor : prepared.descriptors) {
    if (dup2(descriptor.first, descriptor.second) < 0) FailInChild(prepared, "dup2");
  }
  if (prepared.directory != nullptr && chdir(prepared.directory) != 0)
    FailInChild(prepared, "chdir");
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(prepared.program, prepared.argv.data(), prepared.environment.data());
  FailInChild(prepared, "exec");
}

ExitStatus FromWait(const siginfo_t& info) {
  ExitStatus status;
  if (info.si_code == CLD_EXITED) {
    status.code = info.si_status;
  } else {
    status.signal = info.si_status;
  }
  return status;
}

}  // namespace

std::string ExitStatus::ToText() const {
  if (signal == 0) return "exit status " + std::to_string(code);
  const char* name = sigabbrev_np(signal);
  return "killed by " +
         (name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal));
}

Result<ChildProcess> ChildProcess::Spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return Failure("no command to run");
  ASSIGN_OR_RETURN(const UniqueFd null_device, [] {
    UniqueFd fd(open("/dev/null", O_RDWR | O_CLOEXEC));
    return fd ? Result<UniqueFd>(std::move(fd)) : Result<UniqueFd>(CallError("open", "/dev/null"));
  }());
  Prepared prepared;
  prepared.program = (options.program.empty() ? options.argv[0] : options.program).c_str();
  prepared.argv = Pointers(options.argv);
  prepared.environment = Pointers(options.environment);
  if (!options.directory.empty()) prepared.directory = options.directory.c_str();
  prepared.descriptors = options.descriptors;
  const int standard[] = {options.standard_input, options.standard_output, options.standard_error};
  for (int number = 0; number < 3; ++number) {
    prepared.descriptors.emplace_back(standard[number] < 0 ? null_device.get() : standard[number],
                                      number);
  }
  for (const auto& descriptor : prepared.descriptors) {
    prepared.above = std::max(prepared.above, descriptor.second + 1);
  }
  if (options.user) prepared.user = &*options.user;
  prepared.umask = options.umask;
  prepared.new_session = options.new_session;
  prepared.dies_with_parent = options.dies_with_parent;
  prepared.parent = getpid();

  // vfork: copying our page tables would cost milliseconds; the parent stands still until the exec.
  const pid_t pid = vfork();
  if (pid == 0) ExecInChild(prepared);
  if (pid < 0) return CallError("vfork");
  if (prepared.failed_call != nullptr) {
    waitpid(pid, nullptr, 0);
    const std::string call = prepared.failed_call;
    return CallError(prepared.failed_errno, call,
                     call == "chdir" ? options.directory : prepared.program);
  }
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    auto error = CallError("pidfd_open", std::to_string(pid));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return error;
  }
  return ChildProcess(pid, std::move(pidfd));
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(ended_, other.ended_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (!pidfd_) return;
  syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  siginfo_t info{};
  while (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

Result<std::optional<ExitStatus>> ChildProcess::Wait(const Deadline& deadline) {
  if (ended_) return ended_;
  if (!pidfd_) return Failure("waiting for a child that was moved away");
  ASSIGN_OR_RETURN(const Readiness ready, WaitFor(pidfd_.get(), POLLIN, deadline));
  if (ready == Readiness::kTimedOut) return std::optional<ExitStatus>();
  siginfo_t info{};
  while (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) {
    if (errno != EINTR) return CallError("waitid", std::to_string(pid_));
  }
  ended_ = FromWait(info);
  pidfd_.Reset();
  return ended_;
}

Result<void> ChildProcess::Kill(int signal) {
  if (!pidfd_) return {};
  if (syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0) != 0 && errno != ESRCH) {
    return CallError("pidfd_send_signal", std::to_string(pid_));
  }
  return {};
}

std::vector<std::string> CurrentEnvironment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

}  // namespace loadline
