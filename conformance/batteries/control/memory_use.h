// SPDX-License-Identifier: Apache-2.0
// Containers that take memory.
#pragma once

#include <string>

#include "conformance/batteries/groups/group_files.h"

namespace loadline::conformance::control {

inline constexpr int64_t kMiB = 1 << 20;
// The kernel charges pages in batches, one per processor.
inline constexpr int64_t kPageBatch = 256 << 10;

// So much memory, and not more by swapping.
nlohmann::json MemoryAlone(const Rig& rig, int64_t limit);

// Has a process of the container write to so much memory: "ok", or how that ended.
Result<std::string> Touch(Rig& rig, Container& container, int64_t bytes);
// A process of the container that takes so much memory and keeps it.
Result<std::string> Hold(Rig& rig, Container& container, int64_t bytes);

// A kill and a refusal both keep the limit.
bool Stopped(const std::string& end);

}  // namespace loadline::conformance::control
