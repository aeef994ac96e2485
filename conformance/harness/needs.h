// SPDX-License-Identifier: Apache-2.0
// What cases need of the host and of the candidate.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/doctor.h"
#include "conformance/harness/judge.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

// The first need that is not met: kEnvironment when the host lacks it, kUnsupported when the
// candidate does, kError when nobody knows the word; kPass when all are met. `features` is the
// candidate's document or null.
Judgement JudgeNeeds(const std::vector<std::string>& needs, const HostFacts& host,
                     const Profile& profile, const nlohmann::json& features);

// Whether the candidate has what the need says: by its profile and its features document.
bool CandidateMeets(const std::string& need, const Profile& profile,
                    const nlohmann::json& features);

}  // namespace loadline::conformance
