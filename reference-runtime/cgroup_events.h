// SPDX-License-Identifier: Apache-2.0
// cgroup v2 tells when a group has become frozen or empty.
#pragma once

#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/result.h"

namespace loadline::runtime {

// Waits until cgroup.events of a group has this line ("frozen 1", "populated 0"); kTimedOut when
// the deadline passes first.
Result<Readiness> WaitForEvent(const std::string& directory, std::string_view line,
                               const Deadline& deadline);

}  // namespace loadline::runtime
