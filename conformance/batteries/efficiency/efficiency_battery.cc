// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/left_behind.h"

namespace loadline::conformance {

Battery EfficiencyBattery() {
  using namespace efficiency;
  Battery battery{"efficiency",
                  "what work, a start, memory and many containers cost, against the native twin",
                  false,
                  {},
                  false};
  battery.samples = true;
  std::vector<BatteryRun> runs = WorkloadRuns();
  for (auto* run :
       {StartRun, MemoryRun, MemoryOfGroupRun, SmallestLimitRun, DensityRun, InterventionRun})
    runs.push_back(run());
  for (BatteryRun& run : runs) battery.runs.push_back(WithLedger(battery.name, std::move(run)));
  return battery;
}

}  // namespace loadline::conformance
