// SPDX-License-Identifier: Apache-2.0
// Which check counts for which axis of the triangle: a table, so that another one is a line.
#pragma once

#include <optional>
#include <string>

#include "reports/parity/triangle.h"

namespace loadline::reports {

struct TrianglePlace {
  Axis axis = Axis::kReliability;
  std::string part;
};

// By the check's id, without version; none for what is on no axis.
std::optional<TrianglePlace> PlaceOf(const std::string& check);

// Whether it times work that a container does, and no start and no memory.
bool IsWork(const std::string& check);

}  // namespace loadline::reports
