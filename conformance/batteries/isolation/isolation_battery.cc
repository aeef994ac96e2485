// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/sentinels.h"

namespace loadline::conformance {

Battery IsolationBattery() {
  using namespace isolation;
  Battery battery{"isolation",
                  "what a container's processes are, see and reach, against its configuration",
                  true,
                  {}};
  for (auto* run : {FactsRun, DescriptorsRun, WorkingDirectoryRun, OwnProgramRun, MountLinksRun,
                    DeviceLinksRun, MasksRun, CapabilitiesRun, GroupViewRun, ReadOnlyRun})
    battery.runs.push_back(Watched(run()));
  return battery;
}

}  // namespace loadline::conformance
