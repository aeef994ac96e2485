// SPDX-License-Identifier: Apache-2.0
// Bars: ratios with their intervals, and shares, as inline SVG. Places are percentages, so that
// letters keep their size however narrow the page is. Colours come from the page's style sheet.
#pragma once

#include <string>
#include <vector>

#include "reports/parity/comparison.h"

namespace loadline::reports {

struct FigureBar {
  std::string label;
  std::optional<Figure> figure;
  std::string word;  // to show where there is no figure
};
// One chart on a logarithmic axis: a line at the native time, and for each bar a band for its
// margin, its interval and its ratio.
std::string BarsSvg(const std::string& title, const std::vector<FigureBar>& bars);
// The figures of a row, a bar for each candidate.
std::string BarsSvg(const ParityRow& row, const std::vector<std::string>& names);

// One bar: how much of a property's checks passed, stands against it, and was left open.
std::string ShareSvg(const PropertyCell& cell);

}  // namespace loadline::reports
