// SPDX-License-Identifier: Apache-2.0
// How each requirement of the runtime standard stands after a run.
#pragma once

#include <vector>

#include "reports/certificates/conformity.h"

namespace loadline::reports::certificates {

// Of all that hold in the version, address a runtime and do not bind other platforms alone, by id.
std::vector<RequirementStanding> StandingsOf(const std::vector<CheckResult>& results,
                                             const schema::SpecVersion& version);
// Counts the MUSTs among them.
Coverage CoverageOf(const std::vector<RequirementStanding>& standings);

}  // namespace loadline::reports::certificates
