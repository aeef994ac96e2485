// SPDX-License-Identifier: Apache-2.0
// What a battery's containers leave behind, judged after each of its runs.
#pragma once

#include <string>

#include "conformance/batteries/battery.h"

namespace loadline::conformance {

// The same run with a check of its own, loadline/BATTERY/left-behind/RUN: after a forced delete of
// whatever containers there are, whether the run went well or not, the leak ledger is empty. It
// needs what all checks of the run need.
BatteryRun WithLedger(const std::string& battery, BatteryRun run);

}  // namespace loadline::conformance
