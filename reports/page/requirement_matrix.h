// SPDX-License-Identifier: Apache-2.0
// What was judged of a standard: by area and by level, and each requirement with its results.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// Empty when the report's version has no such standard.
std::string RequirementMatrix(const Report& report, const char* standard);

}  // namespace loadline::reports
