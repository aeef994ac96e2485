// SPDX-License-Identifier: Apache-2.0
// The control battery: limits that bite. One run per controller, one file each.
#pragma once

#include "conformance/batteries/battery.h"

namespace loadline::conformance::control {

BatteryRun MemoryRun();
BatteryRun PidsRun();
BatteryRun QuotaRun();
BatteryRun SharesRun();
BatteryRun CpusetRun();
BatteryRun DevicesRun();
BatteryRun FreezerRun();

// What every run needs, and a controller.
std::vector<std::string> Needs(const std::string& controller, std::vector<std::string> more = {});

}  // namespace loadline::conformance::control
