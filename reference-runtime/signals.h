// SPDX-License-Identifier: Apache-2.0
// Signals as callers name them.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::runtime {

// From a number (0 asks whether the process is there), a name with or without SIG in any case, or
// RTMIN+3 and RTMAX-3.
Result<int> SignalNumber(const std::string& text);

}  // namespace loadline::runtime
