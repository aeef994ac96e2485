// SPDX-License-Identifier: Apache-2.0
// The leak ledger: what a candidate has left behind in the cell, after its containers were deleted
// or after something went wrong.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/harness/cell.h"
#include "conformance/harness/container.h"
#include "conformance/harness/kernel_objects.h"

namespace loadline::conformance {

// The cell before the first step, to compare with.
struct CellInventory {
  std::string mounts;  // /proc/self/mountinfo
  KernelObjects objects;
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

// What belongs to a run, and is no leak.
struct LedgerScope {
  const CellInventory& before;
  const CellPaths& paths;
  const CellView& view;
  Spared spared;
  std::vector<std::string> ids;  // of the containers
  bool descriptors = true;       // none but those of before should be open in this process
};

// Lists by kind: processes, zombies, mounts, cgroups, files, state, ipc, queues, namespaces,
// keyrings, loopDevices, interfaces, descriptors. Gives what is about to go a moment to do so. What
// would outlive the cell (loop devices, keyrings) is taken away afterwards.
nlohmann::json FindLeaks(const LedgerScope& scope);

// The first kind that is not empty, as text; empty when all are.
std::string FirstLeak(const nlohmann::json& leaks);

// The living processes of the cell, but for pid 1 and those that are spared.
std::vector<pid_t> LivingStrangers(const std::vector<pid_t>& spared);
// The groups in the cell.
std::vector<std::string> GroupsNow(const CellView& view);

}  // namespace loadline::conformance
