// SPDX-License-Identifier: Apache-2.0
// What a candidate has no words for: an adapter's system was made without config.json in mind.
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/profile.h"
#include "conformance/harness/run.h"

namespace loadline::conformance {

// Why the candidate cannot be told what the runs of a case ask for, by its profile's
// `cannotExpress`; empty when it can.
std::string WhyNotExpressed(const std::vector<Run>& runs, const Profile& profile);

}  // namespace loadline::conformance
