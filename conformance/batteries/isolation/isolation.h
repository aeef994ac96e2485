// SPDX-License-Identifier: Apache-2.0
// The isolation battery: the posture of a container's processes, and probes that a hostile image or
// caller would begin with. Probes observe; nothing is exploited.
#pragma once

#include "conformance/batteries/battery.h"

namespace loadline::conformance::isolation {

BatteryRun FactsRun();

// The probes, one class each.
BatteryRun DescriptorsRun();
BatteryRun WorkingDirectoryRun();
BatteryRun OwnProgramRun();
BatteryRun MountLinksRun();
BatteryRun DeviceLinksRun();
BatteryRun MasksRun();
BatteryRun CapabilitiesRun();
BatteryRun GroupViewRun();
BatteryRun ReadOnlyRun();

}  // namespace loadline::conformance::isolation
