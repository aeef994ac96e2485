// SPDX-License-Identifier: Apache-2.0
#include "cli/clock.h"

#include "base/version.h"

namespace loadline::cli {

using namespace reports::certificates;

Result<Clock> ReadClock(const std::string& at) {
  Clock clock;
  clock.built = kCommitTime;
  clock.now = CurrentMoment();
  if (at.empty()) return clock;
  const auto moment = MomentFromText(at);
  if (!moment)
    return Failure(ErrorKind::kUsage, "\"" + at + "\" is no moment",
                   "say it like 2026-11-28T20:15:00Z");
  clock.now = *moment;
  clock.told = true;
  return clock;
}

}  // namespace loadline::cli
