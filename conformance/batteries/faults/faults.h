// SPDX-License-Identifier: Apache-2.0
// The battery of faults: what a candidate leaves behind, and says, when something goes wrong while
// it works.
#pragma once

#include "conformance/batteries/battery.h"
#include "conformance/certify.h"

namespace loadline::conformance::faults {

// With `fault` and nothing else chosen, the checks that the fault may fail. EINVAL when it is none.
Result<CertifyOptions> WithChecksOfFault(CertifyOptions options);

// Two for each operation: its system calls fail, and it is killed at them.
std::vector<BatteryRun> PointRuns();
// create where something is scarce, its group is there already, or a hook behaves badly.
std::vector<BatteryRun> ScarcityRuns();
std::vector<BatteryRun> GroupRuns();
std::vector<BatteryRun> HookRuns();
// Calls at the same time.
std::vector<BatteryRun> RaceRuns();

}  // namespace loadline::conformance::faults
