// SPDX-License-Identifier: Apache-2.0
// Figure: a ratio to the native time, with its interval.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "reports/model.h"

namespace loadline::reports {

struct Figure {
  double ratio = 1;
  double low = 1;
  double high = 1;
  std::optional<double> margin;                      // fixed beforehand; none: no claim
  std::optional<std::pair<double, double>> control;  // interval of native against native
  std::string parity;                                // equivalent, worse, better, inconclusive
};

// What a result has measured. None when it holds no ratio and interval above nothing: a report may
// come from anywhere.
std::optional<Figure> FigureOf(const CheckResult& result);

}  // namespace loadline::reports
