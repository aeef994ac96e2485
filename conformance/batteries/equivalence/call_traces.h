// SPDX-License-Identifier: Apache-2.0
// Which system calls of a program ended otherwise in a container than natively, by what the probe
// saw of both under trace (probe/programs.cc).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace loadline::conformance::equivalence {

// "statx(\"a\"): natively ok, in the container EINVAL", in the order in which the container made
// them, those first of which natively nothing is known to end so. What the C library asks for
// before a program begins, and does without, is left out.
std::vector<std::string> CallsThatDiffer(const nlohmann::json& native,
                                         const nlohmann::json& container);

// The first few of them as words to follow what the program's texts say; or that there is none, or
// where nothing may be traced.
std::string WordsOnCalls(const nlohmann::json& native, const nlohmann::json& container);

}  // namespace loadline::conformance::equivalence
