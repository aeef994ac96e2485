// SPDX-License-Identifier: Apache-2.0
#include "cli/clock.h"

#include <cerrno>

namespace loadline::cli {

using namespace reports::certificates;

Result<Clock> ReadClock(const std::string& at) {
  Clock clock;
  clock.built = LOADLINE_MADE;
  clock.now = CurrentMoment();
  if (at.empty()) return clock;
  const auto moment = MomentFromText(at);
  if (!moment) {
    Error error = Failure("\"" + at + "\" is no moment", "say it like 2026-11-28T20:15:00Z");
    error.number = EINVAL;
    return error;
  }
  clock.now = *moment;
  clock.told = true;
  return clock;
}

}  // namespace loadline::cli
