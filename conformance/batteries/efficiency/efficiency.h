// SPDX-License-Identifier: Apache-2.0
// The efficiency battery: what a container costs, against its native twin. Each run has a cell of
// its own, so that one that hangs does not take the others along.
#pragma once

#include <chrono>
#include <vector>

#include "conformance/batteries/battery.h"

namespace loadline::conformance::efficiency {

// The same work in a container and natively: a run for each area of probe/workload.h.
std::vector<BatteryRun> WorkloadRuns();
// create, start and delete, from the call to the first word of the program.
BatteryRun StartRun();
// What a container keeps of memory while it runs, and what its control group holds.
BatteryRun MemoryRun();
BatteryRun MemoryOfGroupRun();
// The smallest limit of memory under which it starts.
BatteryRun SmallestLimitRun();
// Many containers at once.
BatteryRun DensityRun();
// What the host does for each operation of the program.
BatteryRun InterventionRun();

// How much is measured: a sample in less than two minutes, or with `certify --full` more of it.
struct Setting {
  int fewest = 0;  // after which is looked whether it is enough
  int most = 0;
  std::chrono::seconds time{0};  // after which nothing further begins
};

inline constexpr uint64_t kSeed = 1974;  // of the bootstrap
// Of what is kept of memory. The program's own pages are the same: a quarter is what a different
// environment, stack and heap may make of them.
inline constexpr double kMemoryMargin = 0.25;

}  // namespace loadline::conformance::efficiency
