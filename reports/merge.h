// SPDX-License-Identifier: Apache-2.0
// Merge: the parts of one judgement, made by several machines or one after the other, as the one
// report that they are.
#pragma once

#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

// Of a result that stands in several parts the worst verdict counts: an error of ours first, then a
// failure. The report begins with the earliest part and has the time that all took together. EINVAL
// when the parts are not of one judgement: other kinds, versions, programs or hosts.
Result<Report> Merge(std::vector<Report> parts);

}  // namespace loadline::reports
