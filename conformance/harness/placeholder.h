// SPDX-License-Identifier: Apache-2.0
// Placeholders such as ${id} in cases and profiles.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace loadline::conformance {

// Values by name; a name without a value is left as it stands when `keep_unknown`, else an error.
struct Placeholders {
  nlohmann::json values = nlohmann::json::object();
  bool keep_unknown = false;
};

// Replaces the placeholders of all strings and keys inside a value. A string that is one
// placeholder and nothing else takes its value with the type.
Result<nlohmann::json> Expand(const nlohmann::json& value, const Placeholders& placeholders);
Result<std::string> ExpandText(const std::string& text, const Placeholders& placeholders);

}  // namespace loadline::conformance
