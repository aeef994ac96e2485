// SPDX-License-Identifier: Apache-2.0
// What a cell sees: the host read-only, and proc, cgroups and a work area of its own.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/cell.h"

namespace loadline::conformance {

// The only place where a cell can write, a tmpfs; "/run" so that no socket of the host is in reach.
inline constexpr const char* kWorkArea = "/run";
inline constexpr const char* kWorkAreaSize = "128m";

// To be called by pid 1 of the cell, once.
Result<void> EnterCell(const CellView& view, const std::vector<std::string>& groups);

// Gives a group of v2 to the cell's user.
Result<void> DelegateGroup(const std::string& directory);

// Where the hierarchy is mounted inside the cell.
std::string MountInCell(const CellView& view, const Hierarchy& hierarchy);

}  // namespace loadline::conformance
