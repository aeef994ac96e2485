// SPDX-License-Identifier: Apache-2.0
// Asking a probe for a behaviour, wherever it runs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::equivalence {

// What to tell the probe, for Native::Tell and Rig::Tell.
nlohmann::json AskFor(const std::string& area, const std::string& name);
// What it said. An answer of another kind is an error of ours.
Result<std::string> AnswerOf(Result<nlohmann::json> answer);

// The system calls that it makes natively, for messages: "openat, write, fallocate". Empty when
// they could not be learned.
std::string CallsOf(Native& native, const std::string& area, const std::string& name);

}  // namespace loadline::conformance::equivalence
