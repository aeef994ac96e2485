// SPDX-License-Identifier: Apache-2.0
// JSON in the one form that a certificate may have: members sorted by name, no white space.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::reports::certificates {

std::string CanonicalText(const nlohmann::json& json);

// Whatever JSON it is; kUnreadable when the text is none, has a member twice, or is deeper or
// larger than any certificate. `what` names it in messages.
Result<nlohmann::json> ParseJson(std::string_view text, const std::string& what);
// kAltered when the text that a value was parsed from is not in that form: white space, members in
// another order, numbers and escapes in another spelling, bytes behind the end.
Result<void> CheckCanonical(const nlohmann::json& value, std::string_view text,
                            const std::string& what);

// An error of one of these two kinds.
Error NoCertificate(std::string what, std::string hint);
Error Altered(std::string what);

}  // namespace loadline::reports::certificates
