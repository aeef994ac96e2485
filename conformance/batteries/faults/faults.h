// SPDX-License-Identifier: Apache-2.0
// The battery of faults: what a candidate leaves behind, and says, when something goes wrong while
// it works.
#pragma once

#include "conformance/batteries/battery.h"

namespace loadline::conformance::faults {

// Two for each operation: its system calls fail, and it is killed at them.
std::vector<BatteryRun> PointRuns();

}  // namespace loadline::conformance::faults
