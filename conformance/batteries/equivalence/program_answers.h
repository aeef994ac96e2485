// SPDX-License-Identifier: Apache-2.0
// What the probe tells of a program that it ran (probe/programs.cc), compared.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace loadline::conformance::equivalence {

// Where two answers differ first, as a line: how the program ended, a line of what it printed, or a
// file. Empty when they do not differ.
std::string FirstDifference(const nlohmann::json& native, const nlohmann::json& container);

}  // namespace loadline::conformance::equivalence
