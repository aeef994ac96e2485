// SPDX-License-Identifier: Apache-2.0
// The host's own programs in a container: its /usr and what else programs are started from, as
// read-only binds, so that a root filesystem needs to hold none of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace loadline::conformance {

// The mounts, by destination, as changes of a configuration have them.
nlohmann::json MountsOfHostPrograms();

// Makes in a root filesystem what those mounts do not bring: the links that stand beside /usr on
// the host, such as /lib64, and the places to mount on.
Result<void> PrepareForHostPrograms(const std::string& rootfs);

}  // namespace loadline::conformance
