// SPDX-License-Identifier: Apache-2.0
// The control battery: limits that bite, in either layout of control groups. One run per control,
// one file each; of ../groups, `group_files.h` knows what its figures are called, and `own_group.h`
// shows that the kernel keeps a limit here.
#pragma once

#include <string>
#include <vector>

#include "conformance/batteries/battery.h"

namespace loadline::conformance::control {

BatteryRun MemoryRun();
BatteryRun MemoryLoweredRun();
BatteryRun ReservationRun();
BatteryRun SwapRun();
BatteryRun OomKillerRun();
BatteryRun PidsRun();
BatteryRun PidsSpecialRun();
BatteryRun ForkBombRun();
BatteryRun QuotaRun();
BatteryRun PeriodRun();
BatteryRun BurstRun();
BatteryRun SharesRun();
BatteryRun IdleRun();
BatteryRun RealtimeRun();
BatteryRun CpusetRun();
BatteryRun DevicesRun();
BatteryRun BlockIoRun();
BatteryRun HugePagesRun();
BatteryRun RlimitsRun();
BatteryRun FreezerRun();

// What is needed for a controller.
std::vector<std::string> Needs(const std::string& controller, std::vector<std::string> more = {});

// Says of each of the checks that this host cannot show it, and why.
void CannotShow(Findings& findings, const std::vector<std::string>& checks, const std::string& why);

}  // namespace loadline::conformance::control
