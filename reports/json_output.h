// SPDX-License-Identifier: Apache-2.0
// JSON as every format of ours writes it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace loadline::reports {

// Ends with a line end; without an indent it is one line. Foreign bytes (a candidate's output) need
// not be UTF-8, which must not cost us the report: U+FFFD stands for them. Characters that show
// nothing themselves are written as \uXXXX, so that a terminal does not obey them.
std::string WriteJson(const nlohmann::ordered_json& document, int indent = -1);

// One line of the jsonl format: the object with its type before its members.
std::string WriteJsonLine(const char* type, const nlohmann::ordered_json& content);

}  // namespace loadline::reports
