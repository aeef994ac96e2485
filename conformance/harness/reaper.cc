// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/reaper.h"

#include <signal.h>
#include <sys/wait.h>

#include <chrono>

namespace loadline::conformance {

Reaper& Reaper::OfThisCell() {
  static Reaper reaper;
  return reaper;
}

void Reaper::Prepare() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);  // threads inherit it; ChildProcess clears it again
}

void Reaper::Run() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  while (true) {
    sigwaitinfo(&child, nullptr);
    siginfo_t info{};
    // Whoever sees that a process was reaped here finds its status.
    const std::lock_guard<std::mutex> lock(mutex_);
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WNOTHREAD) == 0 && info.si_pid > 0) {
      ExitStatus status;
      (info.si_code == CLD_EXITED ? status.code : status.signal) = info.si_status;
      statuses_[info.si_pid] = status;
      reaped_.notify_all();
      info = {};
    }
  }
}

std::optional<ExitStatus> Reaper::StatusOf(pid_t pid, const Deadline& deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (statuses_.count(pid) == 0) {
    if (deadline.Passed()) return std::nullopt;
    reaped_.wait_for(lock, std::chrono::milliseconds(deadline.PollTimeout()));
  }
  return statuses_[pid];
}

}  // namespace loadline::conformance
