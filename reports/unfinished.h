// SPDX-License-Identifier: Apache-2.0
// What every format says of a run that did not come to its end.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// "the run was not finished: 12 results so far, of 440 checks that were to be made"; empty when it
// was.
std::string UnfinishedText(const Report& report);

// The report with a failed result that says so, for formats that are read by machines alone: what
// is missing must not look like success there. The report as it is when it was finished.
Report WithUnfinishedAsResult(Report report);

}  // namespace loadline::reports
