// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::conformance {

// A new Unix stream socket that listens at the path and never blocks.
Result<UniqueFd> ListenAt(const std::string& path);

}  // namespace loadline::conformance
