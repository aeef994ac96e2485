// SPDX-License-Identifier: Apache-2.0
// The results of a report in the order in which somebody needs them.
#pragma once

#include <string>
#include <vector>

#include "reports/html_page.h"
#include "reports/model.h"

namespace loadline::reports {

// What nobody expected, with everything that is known of it.
std::string UnexpectedResults(const Report& report);
// Known deviations and failed SHOULDs, folded, each with its reason.
std::string KnownResults(const Report& report);
// What did not judge, by what kept it from it.
std::string UnjudgedResults(const Report& report);
// What passed, by area.
std::string PassedResults(const Report& report);

}  // namespace loadline::reports
