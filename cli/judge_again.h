// SPDX-License-Identifier: Apache-2.0
// What a saved report judged, judged once more.
#pragma once

#include "base/result.h"
#include "cli/options.h"
#include "cli/validation.h"
#include "reports/model.h"

namespace loadline::cli {

// The paths of a validation as what they were; the candidate of a certification by the same
// version, by the same caller, with the same bundle and by the cases that the report has.
Result<Judged> JudgeAgain(const reports::Report& before, const GateOptions& options);

}  // namespace loadline::cli
