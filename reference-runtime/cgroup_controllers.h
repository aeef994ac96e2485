// SPDX-License-Identifier: Apache-2.0
// Controllers of cgroup v2.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// Makes a group's children have these controllers, and the usual ones where that is possible. An
// error names the group and the way out.
Result<void> HandDown(const std::string& directory, const std::vector<std::string>& controllers);
// The same for every group from the mount point down to the parent of `path`.
Result<void> HandDownTo(const std::string& mount_point, const std::string& path,
                        const std::vector<std::string>& controllers);

}  // namespace loadline::runtime
