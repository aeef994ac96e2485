// SPDX-License-Identifier: Apache-2.0
// One result on a page.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// Where the result of that place in the report stands on the page.
std::string ResultAnchor(size_t index);
// A verdict as pages show it: in words and a colour, and whether it was expected.
std::string Mark(const CheckResult& result);
// A requirement: what it says, of what level, where the standard says so.
std::string RequirementText(const std::string& id);

// All that is known of it: what was expected, what was seen, what asks for it, how to see it again.
std::string ResultBlock(const Report& report, size_t index, bool open);
// A line of a list: what holds, by which check.
std::string ResultLine(const Report& report, size_t index);

}  // namespace loadline::reports
