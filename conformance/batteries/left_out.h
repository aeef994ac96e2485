// SPDX-License-Identifier: Apache-2.0
// Left out: what a bundle does without, where a candidate has no words for it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/harness/profile.h"

namespace loadline::conformance {

// Takes a place (a JSON pointer) out of the changes of a configuration, and notes it when it was
// there.
void LeaveOut(nlohmann::json& changes, const std::string& place, nlohmann::json& left_out);

// Takes out what the candidate's profile says that it cannot express. The places that were there.
nlohmann::json LeaveOutUnexpressed(nlohmann::json& changes, const Profile& profile);

}  // namespace loadline::conformance
