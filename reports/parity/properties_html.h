// SPDX-License-Identifier: Apache-2.0
// The part of the parity page that shows the four properties.
#pragma once

#include <string>

#include "reports/parity/comparison.h"

namespace loadline::reports {

// For a section of the page: a table with a cell per property and candidate, what stands against
// each, and one chart of all workloads together. Empty when no check of a property was asked.
std::string PropertiesHtml(const Comparison& comparison);

}  // namespace loadline::reports
