// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/faults.h"

namespace loadline::conformance {

Battery FaultsBattery() {
  using namespace faults;
  Battery battery{"faults",
                  "what is left, and said, when a system call fails, the candidate is killed, or "
                  "what it needs is scarce",
                  false,
                  {}};
  battery.samples = true;
  battery.rootless = false;  // a filter of system calls takes the privileges of newuidmap away
  for (auto* runs : {PointRuns, ScarcityRuns, GroupRuns, HookRuns, RaceRuns}) {
    for (BatteryRun& run : runs()) battery.runs.push_back(std::move(run));
  }
  return battery;
}

}  // namespace loadline::conformance
