// SPDX-License-Identifier: Apache-2.0
// Schedule: runs in cells, a few at a time, in a deterministic order.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/cell.h"
#include "conformance/harness/cell_limits.h"

namespace loadline::conformance {

struct Schedule {
  std::vector<Hierarchy> hierarchies;  // where the cells' groups are made
  CellView view;                       // what the cells see
  CellLimits limits = ShareOfHost();   // of each
  int jobs = 1;
  // Of one cell; longer than the limit of what is in it, which gives a better message.
  std::chrono::seconds cell_time{90};
  size_t count = 0;                                  // number of pieces of work
  std::function<nlohmann::json(size_t index)> work;  // done in a cell of its own
  // Called here, in the order in which they end.
  std::function<void(size_t index, nlohmann::json answer)> done;
};

// Does all the work. A cell that hangs, dies or cannot be made gives an answer {problem: {verdict,
// message}}. EINTR when SIGINT or SIGTERM came; no cell and no group of ours is left then, either.
Result<void> RunInCells(const Schedule& schedule);

}  // namespace loadline::conformance
