// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/left_behind.h"

namespace loadline::conformance {

std::vector<std::string> control::Needs(const std::string& controller,
                                        std::vector<std::string> more) {
  std::vector<std::string> needs{"cgroup-v1", "controller-" + controller};
  needs.insert(needs.end(), more.begin(), more.end());
  return needs;
}

Battery ControlBattery() {
  using namespace control;
  Battery battery{"control",
                  "limits that bite: memory, processes, processor time, devices, the freezer",
                  true,
                  {}};
  for (auto* run : {MemoryRun, PidsRun, QuotaRun, SharesRun, CpusetRun, DevicesRun, FreezerRun})
    battery.runs.push_back(WithLedger(battery.name, run()));
  return battery;
}

}  // namespace loadline::conformance
