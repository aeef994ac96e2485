// SPDX-License-Identifier: Apache-2.0
// The leak ledger: what a candidate has left behind in the cell after its container was deleted.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/harness/cell.h"
#include "conformance/harness/container.h"
#include "conformance/harness/fixtures.h"

namespace loadline::conformance {

// The cell before the first step, to compare with.
struct CellInventory {
  std::string mounts;  // /proc/self/mountinfo
};
CellInventory TakeInventory();

// Lists by kind: mounts, cgroups, processes, files, state, ipc. Gives processes that are about to
// end a moment to do so.
nlohmann::json FindLeaks(const CellInventory& before, const CellPaths& paths, const CellView& view,
                         const Fixtures& fixtures);

}  // namespace loadline::conformance
