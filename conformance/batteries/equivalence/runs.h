// SPDX-License-Identifier: Apache-2.0
// The runs of the equivalence battery beside those of the areas of behaviours.
#pragma once

#include <vector>

#include "conformance/batteries/battery.h"

namespace loadline::conformance::equivalence {

// Whether each allowance (allowances.h) makes a difference: a check per property.
BatteryRun AllowancesRun();
// Programs of the host, natively and in the candidate: a run per row of the tables of programs.h.
std::vector<BatteryRun> ProgramRuns();

}  // namespace loadline::conformance::equivalence
