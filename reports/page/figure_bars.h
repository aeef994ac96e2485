// SPDX-License-Identifier: Apache-2.0
// What a report has measured, as bars.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// Empty when no result holds a ratio with its interval.
std::string FigureBars(const Report& report);

// What such a chart shows, in a sentence for the page.
std::string FigureLegend();

}  // namespace loadline::reports
