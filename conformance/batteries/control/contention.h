// SPDX-License-Identifier: Apache-2.0
// Several that want the same processor, and what each of them gets.
#pragma once

#include <chrono>
#include <vector>

#include "conformance/batteries/groups/group_files.h"

namespace loadline::conformance::control {

// Times or divided by: how far a ratio may be from what it should be.
inline constexpr double kRatioTolerance = 1.35;
bool IsNear(double ratio, double expected);

// A container that runs, and whose processes use one processor alone, the last of this machine.
Result<Container*> RunPinned(Rig& rig, const nlohmann::json& resources);

// Seconds of that processor that each container got in the window, while all wanted it. Those that
// get less come last in the list where that matters.
Result<std::vector<double>> TimesOf(Rig& rig, const std::vector<Container*>& containers,
                                    std::chrono::milliseconds window);

// The same for native processes, each in a group of ours with its lines.
Result<std::vector<double>> NativeTimes(Rig& rig, const std::vector<std::vector<GroupLine>>& groups,
                                        std::chrono::milliseconds window);

// How far from one to one this machine takes two groups of equal shares just now: 1.0 or more.
Result<double> NoiseOfShares(Rig& rig, std::chrono::milliseconds window);

}  // namespace loadline::conformance::control
