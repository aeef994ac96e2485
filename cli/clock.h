// SPDX-License-Identifier: Apache-2.0
// What time it is, and whether that can be.
#pragma once

#include <string>

#include "base/result.h"
#include "reports/certificates/checks.h"

namespace loadline::cli {

// This machine's, or the moment that `at` says (kUsage when it says none).
Result<reports::certificates::Clock> ReadClock(const std::string& at = "");

}  // namespace loadline::cli
