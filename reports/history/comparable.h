// SPDX-License-Identifier: Apache-2.0
// Whether reports can stand in one history.
#pragma once

#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

// What differs between two reports without making them incomparable: who judged, on what kernel.
std::vector<std::string> DifferencesOfCircumstance(const Report& before, const Report& after);

// EINVAL, with the reason, when a change of verdicts would say nothing of the subject. The reports
// are sorted by time.
Result<void> CheckComparable(const std::vector<Report>& reports);

}  // namespace loadline::reports
