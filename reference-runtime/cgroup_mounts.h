// SPDX-License-Identifier: Apache-2.0
// A mount of type "cgroup": every v1 hierarchy below one directory, showing the container's own
// group as its root.
#pragma once

#include "base/result.h"
#include "reference-runtime/mount_options.h"

namespace loadline::runtime {

struct Context;
struct MountSpec;

Result<void> MountCgroups(const Context& context, const MountSpec& mount,
                          const MountRequest& request);

}  // namespace loadline::runtime
