// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/sentinels.h"
#include "conformance/batteries/left_behind.h"

namespace loadline::conformance {

Battery IsolationBattery() {
  using namespace isolation;
  Battery battery{"isolation",
                  "what a container's processes are, see and reach, against its configuration",
                  true,
                  {}};
  for (auto* run :
       {FactsRun,        DescriptorsRun,  WorkingDirectoryRun, OwnProgramRun, TraceWindowRun,
        ProcLinksRun,    MountLinksRun,   DeviceLinksRun,      MasksRun,      RedirectedWritesRun,
        SysctlPolicyRun, CapabilitiesRun, NewPrivilegesRun,    IdsRun,        GroupViewRun,
        DevicePolicyRun, ConfigStressRun, ContainerIdsRun,     ReadOnlyRun,   PropagationRun,
        TerminalRun,     ReachRun,        SurroundingsRun})
    battery.runs.push_back(Watched(WithLedger(battery.name, run())));
  return battery;
}

}  // namespace loadline::conformance
