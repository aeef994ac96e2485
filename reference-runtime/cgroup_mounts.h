// SPDX-License-Identifier: Apache-2.0
// Mounts of the types "cgroup" and "cgroup2", showing the container's own group as their root. What
// "cgroup" is depends on the host: every v1 hierarchy below one directory, or the tree of v2.
#pragma once

#include "base/result.h"
#include "reference-runtime/mount_options.h"

namespace loadline::runtime {

struct Context;
struct MountSpec;

Result<void> MountCgroups(const Context& context, const MountSpec& mount,
                          const MountRequest& request);

}  // namespace loadline::runtime
