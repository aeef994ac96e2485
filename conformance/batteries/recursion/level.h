// SPDX-License-Identifier: Apache-2.0
// Level: what a container needs so that a runtime can make another one in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace loadline::conformance::recursion {

// Inside each level.
inline constexpr const char* kPrograms = "/programs";  // the candidate's, read-only
inline constexpr const char* kNext = "/next";          // the bundle of the next one
inline constexpr const char* kState = "/state";        // the candidate's --root
inline constexpr const char* kNextPidFile = "/tmp/next.pid";

// The changes of the base configuration that level 1 needs; `programs` is the directory on the
// host.
nlohmann::json ConfigOfFirst(const std::string& programs, bool users);
// The configuration of a deeper level, from that of level 1.
nlohmann::json ConfigOfDeeper(nlohmann::json first, const std::string& id, bool users);

// Makes in a level's root filesystem what the bundle's own making does not.
Result<void> FurnishRootfs(const std::string& rootfs);
// Gives a tree to root of the outermost user namespace.
Result<void> GiveToMappedRoot(const std::string& directory);

}  // namespace loadline::conformance::recursion
