// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reports/parity/comparison.h"

namespace loadline::reports {

// The member "triangle" of a comparison's JSON form (schema/loadline/comparison.json).
nlohmann::ordered_json TriangleToJson(const Comparison& comparison);

}  // namespace loadline::reports
