// SPDX-License-Identifier: Apache-2.0
// Caller: who calls the candidate: root, or a user without rights, as a rootless engine does.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace loadline::conformance {

enum class Caller {
  kRoot,
  kUser,
  kUserWithGroups,  // the cell's group of cgroup v2 is delegated to the user
};

// The user of a cell, as its /etc/passwd, /etc/subuid and /etc/subgid have it. The host's are never
// asked: a run is the same everywhere.
inline constexpr uint32_t kUser = 1000;  // uid and gid
inline constexpr const char* kUserName = "sailor";
inline constexpr uint32_t kFirstSubordinate = 100000;  // uids and gids
inline constexpr uint32_t kSubordinates = 65536;

inline bool IsRootless(Caller caller) { return caller != Caller::kRoot; }

// For SpawnOptions: what the candidate is called as.
std::optional<std::pair<uint32_t, uint32_t>> IdentityOf(Caller caller);

// Turns the effective config.json of a case into what a rootless engine would have written: with a
// user namespace, and without a cgroupsPath where no group is delegated. What a case itself says of
// user namespaces, mappings and groups is left alone.
void AdaptConfig(nlohmann::json& config, Caller caller);

// "${ns.caller}": the user namespace that the fixtures' namespaces belong to when a user calls. A
// container that joins one of those has to join it as well.
inline constexpr const char* kCallersNamespace = "ns.caller";

// The lines of uid_map and gid_map that go with it.
std::string MapOfUser();

// Gives what root owns below a directory, and the directory, to the caller.
Result<void> GiveTree(const std::string& directory, Caller caller);

}  // namespace loadline::conformance
