// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance {

Battery IsolationBattery() {
  using namespace isolation;
  return {"isolation",
          "what a container's processes are, see and reach, against its configuration",
          true,
          {FactsRun(), DescriptorsRun(), WorkingDirectoryRun(), OwnProgramRun(), MountLinksRun(),
           DeviceLinksRun(), MasksRun(), CapabilitiesRun(), GroupViewRun(), ReadOnlyRun()}};
}

}  // namespace loadline::conformance
