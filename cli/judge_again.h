// SPDX-License-Identifier: Apache-2.0
// What a saved report judged, judged once more.
#pragma once

#include <string>

#include "cli/options.h"
#include "reports/model.h"

namespace loadline::cli {

// The paths of a validation as what they were; the candidate of a certification by the same
// version, by the same caller, with the same bundle and by the cases that the report has. Complains
// of what goes wrong; the exit status says what it was, kConforms that `now` is whole.
int JudgeAgain(const reports::Report& before, const GateOptions& options, reports::Report& now);

}  // namespace loadline::cli
