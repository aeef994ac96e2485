// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/parity/triangle.h"

namespace loadline::reports {

// One candidate's triangle: on each axis a point, as far out as the share of what passed of what
// was judged; none where nothing was. Title and description say the same in words.
std::string TriangleSvg(const Triangle& triangle, size_t candidate, const std::string& name);

}  // namespace loadline::reports
