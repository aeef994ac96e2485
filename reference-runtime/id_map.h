// SPDX-License-Identifier: Apache-2.0
// uid_map and gid_map files, and user namespaces that only serve to map the ids of a mount.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/config.h"

namespace loadline::runtime {

// Writes both maps of a process that is in a new user namespace.
Result<void> WriteIdMaps(pid_t pid, const std::vector<IdMapping>& uids,
                         const std::vector<IdMapping>& gids);
// A user namespace with these maps and no process in it. For the parent: it needs /proc of its own
// pid namespace.
Result<UniqueFd> MakeUserNamespace(const std::vector<IdMapping>& uids,
                                   const std::vector<IdMapping>& gids);

}  // namespace loadline::runtime
