// SPDX-License-Identifier: Apache-2.0
// Runs what was chosen of the batteries, in cells.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "conformance/batteries/rig.h"
#include "conformance/harness/schedule.h"

namespace loadline::conformance {

struct ChosenRun {
  const BatteryRun* run = nullptr;
  std::vector<const Check*> checks;  // whose verdicts are wanted
};

// Called with each check's verdict and how it came about.
using CheckDone = std::function<void(const Check&, Judgement, nlohmann::json evidence)>;

// `schedule` says where and how many at a time; runs that measure time are done after the others,
// one by one. Errors as RunInCells().
Result<void> RunBatteries(const std::vector<ChosenRun>& chosen, Schedule schedule,
                          const RigOptions& options, const CheckDone& done);

}  // namespace loadline::conformance
