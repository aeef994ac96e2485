// SPDX-License-Identifier: Apache-2.0
// JSON texts that somebody else wrote: files that a user gives us, and answers of a candidate.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::conformance {

// The document in a file's text. ENOEXEC, with the place, when it is no JSON, is nested too deep or
// has a key twice.
Result<nlohmann::json> ParseStrict(const std::string& file, std::string_view text);

// A candidate's document; a discarded value when it is no JSON or nested too deep. What is nested
// without end would overflow the stack of whoever writes it out again.
nlohmann::json ParseForeign(std::string_view text);

}  // namespace loadline::conformance
