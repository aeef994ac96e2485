// SPDX-License-Identifier: Apache-2.0
// Matches an expectation with what was observed (INTERPRETING.md, "Expectations").
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"

namespace loadline::conformance {

// Where and how a document differs from an expectation, as one line that names pointer, expected
// and seen value. Nothing: it matches.
std::optional<std::string> Mismatch(const nlohmann::json& expectation,
                                    const nlohmann::json& document);

// Finds mistakes in an expectation itself, which stands at the pointer `where`: unknown matchers,
// wrong operands, matchers mixed with plain keys. An error begins with the pointer.
Result<void> CheckExpectation(const nlohmann::json& expectation, const std::string& where = "");

// A value for a message: one line, shortened.
std::string Shown(const nlohmann::json& value);

}  // namespace loadline::conformance
