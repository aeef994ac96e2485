// SPDX-License-Identifier: Apache-2.0
// A small line over time, as inline SVG.
#pragma once

#include <string>
#include <vector>

namespace loadline::reports {

// One value for each moment, oldest first. `colour` is a class of the style sheet; the first and
// the last value stand beside the line.
std::string LineSvg(const std::string& label, const char* colour, const std::vector<int>& values);

}  // namespace loadline::reports
