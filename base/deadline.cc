// SPDX-License-Identifier: Apache-2.0
#include "base/deadline.h"

#include <poll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace loadline {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

int Deadline::PollTimeout() const {
  if (when_ == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(when_ - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, INT_MAX));
}

Result<UniqueFd> Deadline::ToTimerFd() const {
  UniqueFd timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer) return CallError("timerfd_create");
  if (when_ == Clock::time_point::max()) return timer;
  // A zero value would disarm the timer, so a deadline that has passed is set to one nanosecond.
  const auto left =
      std::max<long long>(1, duration_cast<nanoseconds>(when_ - Clock::now()).count());
  itimerspec spec{};
  spec.it_value.tv_sec = left / 1'000'000'000;
  spec.it_value.tv_nsec = left % 1'000'000'000;
  if (timerfd_settime(timer.get(), 0, &spec, nullptr) != 0) return CallError("timerfd_settime");
  return timer;
}

Result<Readiness> WaitFor(int fd, short events, const Deadline& deadline) {
  pollfd entry{fd, events, 0};
  while (true) {
    const int ready = poll(&entry, 1, deadline.PollTimeout());
    if (ready > 0) return Readiness::kReady;
    if (ready < 0 && errno != EINTR) return CallError("poll", std::to_string(fd));
    if (ready == 0 && deadline.Passed()) return Readiness::kTimedOut;
  }
}

}  // namespace loadline
