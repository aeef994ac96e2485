// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/run_batteries.h"

#include <algorithm>

namespace loadline::conformance {
namespace {

// By which a cell outlives the run in it, which gives a better message.
constexpr std::chrono::seconds kMargin{10};

}  // namespace

Result<void> RunBatteries(const std::vector<ChosenRun>& chosen, Schedule schedule,
                          const RigOptions& options, const CheckDone& done) {
  for (const bool alone : {false, true}) {
    std::vector<const ChosenRun*> runs;
    for (const ChosenRun& one : chosen) {
      if (one.run->alone == alone) runs.push_back(&one);
    }
    if (alone) schedule.jobs = 1;
    schedule.count = runs.size();
    const auto time_of = [&options](const BatteryRun& run) {
      return options.full ? run.full_time : run.time;
    };
    for (const ChosenRun* one : runs)
      schedule.cell_time = std::max(schedule.cell_time, time_of(*one->run) + kMargin);
    schedule.work = [&](size_t index) {
      RigOptions own = options;
      own.time = time_of(*runs[index]->run);
      return DoBatteryRun(*runs[index]->run, own);
    };
    schedule.done = [&](size_t index, const nlohmann::json& answer) {
      for (const Check* check : runs[index]->checks)
        done(*check, JudgeCheck(*check, answer), EvidenceOf(*check, answer));
    };
    RETURN_IF_ERROR(RunInCells(schedule));
  }
  return {};
}

}  // namespace loadline::conformance
