// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/control.h"

namespace loadline::conformance {

std::vector<std::string> control::Needs(const std::string& controller,
                                        std::vector<std::string> more) {
  std::vector<std::string> needs{"cgroup-v1", "controller-" + controller};
  needs.insert(needs.end(), more.begin(), more.end());
  return needs;
}

Battery ControlBattery() {
  return {"control",
          "limits that bite: memory, processes, processor time, devices, the freezer",
          true,
          {control::MemoryRun(), control::PidsRun(), control::QuotaRun(), control::SharesRun(),
           control::CpusetRun(), control::DevicesRun(), control::FreezerRun()}};
}

}  // namespace loadline::conformance
