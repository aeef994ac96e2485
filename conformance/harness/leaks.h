// SPDX-License-Identifier: Apache-2.0
// The leak ledger: what a candidate has left behind in the cell after its container was deleted.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/harness/cell.h"
#include "conformance/harness/container.h"

namespace loadline::conformance {

// The cell before the first step, to compare with.
struct CellInventory {
  std::string mounts;  // /proc/self/mountinfo
};
CellInventory TakeInventory();

// What is in the cell by right.
struct Spared {
  std::vector<pid_t> processes;     // with those that come from them
  std::vector<std::string> groups;  // directories
  std::vector<std::string> state;   // files of the candidate's state directory
  // What is about to end has as long to do so.
  std::chrono::milliseconds patience{500};
};

// Lists by kind: mounts, cgroups, processes, files, state, ipc.
nlohmann::json FindLeaks(const CellInventory& before, const CellPaths& paths, const CellView& view,
                         const Spared& spared);

// The living processes of the cell, but for pid 1 and those that are spared.
std::vector<pid_t> LivingStrangers(const std::vector<pid_t>& spared);
// The groups in the cell.
std::vector<std::string> GroupsNow(const CellView& view);

}  // namespace loadline::conformance
