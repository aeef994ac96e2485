// SPDX-License-Identifier: Apache-2.0
// The root filesystem of a whole system that the user named, for machine containers to boot.
#pragma once

#include <string>

#include "base/result.h"
#include "conformance/harness/selection.h"

namespace loadline::conformance {

// The directory's absolute path. kUnreadable when no system is there, kUsage when it lies where a
// cell has something of its own, or when nothing that is selected boots it.
Result<std::string> FindGivenSystem(const std::string& directory, const Selection& selection);

}  // namespace loadline::conformance
