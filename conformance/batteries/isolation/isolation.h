// SPDX-License-Identifier: Apache-2.0
// The isolation battery: the posture of a container's processes, and probes that a hostile image or
// caller would begin with. Probes observe; nothing is exploited.
#pragma once

#include "conformance/batteries/battery.h"

namespace loadline::conformance::isolation {

BatteryRun FactsRun();

// The probes, by class (P1, P2 …).
BatteryRun DescriptorsRun();       // P1
BatteryRun WorkingDirectoryRun();  // P2
BatteryRun OwnProgramRun();        // P3
BatteryRun TraceWindowRun();       // P4
BatteryRun ProcLinksRun();         // P5
BatteryRun MountLinksRun();        // P6
BatteryRun DeviceLinksRun();       // P7
BatteryRun MasksRun();             // P8
BatteryRun RedirectedWritesRun();  // P9
BatteryRun SysctlPolicyRun();      // P10
BatteryRun CapabilitiesRun();      // P11
BatteryRun NewPrivilegesRun();     // P11
BatteryRun IdsRun();               // P12
BatteryRun GroupViewRun();         // P13
BatteryRun DevicePolicyRun();      // P14
BatteryRun ConfigStressRun();      // P15
BatteryRun ContainerIdsRun();      // P15
BatteryRun ReadOnlyRun();          // P16
BatteryRun PropagationRun();       // P16
BatteryRun TerminalRun();          // P17
BatteryRun ReachRun();             // P18
BatteryRun SurroundingsRun();      // P19

}  // namespace loadline::conformance::isolation
