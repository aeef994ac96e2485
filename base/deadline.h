// SPDX-License-Identifier: Apache-2.0
// Deadline: a moment after which waiting is over. Monotonic; waits are polls, never sleeps.
#pragma once

#include <chrono>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  // Starts now. A negative duration has passed already.
  static Deadline After(std::chrono::milliseconds duration) {
    return Deadline(Clock::now() + duration);
  }
  static Deadline Never() { return Deadline(Clock::time_point::max()); }
  // The earlier of the two.
  static Deadline Earlier(const Deadline& a, const Deadline& b) {
    return a.when_ < b.when_ ? a : b;
  }

  bool Passed() const { return when_ != Clock::time_point::max() && Clock::now() >= when_; }
  // For poll(2): milliseconds left, rounded up; 0 when passed, -1 for never.
  int PollTimeout() const;
  // A timerfd that becomes readable at this moment (never armed for Never()).
  Result<UniqueFd> ToTimerFd() const;

 private:
  explicit Deadline(Clock::time_point when) : when_(when) {}
  Clock::time_point when_;
};

enum class Readiness { kReady, kTimedOut };

// Waits until `fd` has one of the poll `events` (hang-up and error count as ready) or the deadline
// passes.
Result<Readiness> WaitFor(int fd, short events, const Deadline& deadline);

}  // namespace loadline
