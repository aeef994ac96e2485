// SPDX-License-Identifier: Apache-2.0
// How a candidate stands against the known faults of runtimes, on a page.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// Those without a defence stand open and first: they are why somebody looks here. Empty when none
// was looked for.
std::string KnownFaultList(const Report& report);

}  // namespace loadline::reports
