// SPDX-License-Identifier: Apache-2.0
// Bars: ratios with their intervals, and shares, as inline SVG.
#pragma once

#include <string>
#include <vector>

#include "reports/parity/comparison.h"

namespace loadline::reports {

// One chart of a row's figures on a logarithmic axis: a line at the native time, a band for the
// margin, and per candidate its interval and ratio. Colours come from the page's style sheet.
std::string BarsSvg(const ParityRow& row, const std::vector<std::string>& names);

// One bar: how much of a property's checks passed, stands against it, and was left open.
std::string ShareSvg(const PropertyCell& cell);

}  // namespace loadline::reports
