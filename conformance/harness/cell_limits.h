// SPDX-License-Identifier: Apache-2.0
// What everything in a cell may use together, so that no candidate can take the host's memory or
// processes. The limits stand above what the cell sees, where nothing in it can change them.
#pragma once

#include <cstdint>
#include <string>

#include "conformance/harness/cgroups.h"

namespace loadline::conformance {

struct CellLimits {
  uint64_t memory_bytes = 0;  // 0: as much as it wants
  uint64_t processes = 0;     // threads, as the kernel counts them; likewise
};

// Half of this host's memory, and a quarter of the processes that it can have.
CellLimits ShareOfHost();

// Whether one of the limits is kept by this hierarchy.
bool KeepsCellLimits(const Hierarchy& hierarchy);

// Writes the limits of the hierarchy's controllers; those that it does not have stay away.
void LimitGroup(const std::string& directory, const CellLimits& limits);

}  // namespace loadline::conformance
