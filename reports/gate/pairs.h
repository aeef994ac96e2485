// SPDX-License-Identifier: Apache-2.0
// Which results of two reports are the same one.
#pragma once

#include <vector>

#include "reports/model.h"

namespace loadline::reports {

struct ResultPair {
  const CheckResult* before = nullptr;  // null: there is none in the first report
  const CheckResult* after = nullptr;   // null: none in the second
};

// Each result of both is in one pair, in the order of the second report and then of the first.
// Results of a certification are the same when subject and id are. Findings of a validation are the
// same when rule, file and place in the document are: lines do not count, nor does the number of an
// array's element as long as the finding says the same.
std::vector<ResultPair> PairResults(const Report& before, const Report& after);

}  // namespace loadline::reports
