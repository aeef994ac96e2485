// SPDX-License-Identifier: Apache-2.0
// What a candidate has no words for: an adapter's system was made without config.json in mind.
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/judge.h"
#include "conformance/harness/profile.h"
#include "conformance/harness/rights.h"
#include "conformance/harness/run.h"

namespace loadline::conformance {

// Why the candidate cannot be told what the runs of a case ask for, by its profile's
// `cannotExpress`; empty when it can.
std::string WhyNotExpressed(const std::vector<Run>& runs, const Profile& profile);

// The verdict on a case of these runs when the caller cannot have what it asks for (rights.h), or
// the candidate cannot be told; else a pass: it can be run.
Judgement JudgeConfiguration(const Case& the_case, const std::vector<Run>& runs,
                             const Profile& profile, Caller caller);

}  // namespace loadline::conformance
