// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/run_batteries.h"

namespace loadline::conformance {

Result<void> RunBatteries(const std::vector<ChosenRun>& chosen, Schedule schedule,
                          const RigOptions& options, const CheckDone& done) {
  for (const bool alone : {false, true}) {
    std::vector<const ChosenRun*> runs;
    for (const ChosenRun& one : chosen) {
      if (one.run->alone == alone) runs.push_back(&one);
    }
    if (alone) schedule.jobs = 1;
    schedule.count = runs.size();
    schedule.work = [&](size_t index) { return DoBatteryRun(*runs[index]->run, options); };
    schedule.done = [&](size_t index, const nlohmann::json& answer) {
      for (const Check* check : runs[index]->checks)
        done(*check, JudgeCheck(*check, answer), EvidenceOf(*check, answer));
    };
    RETURN_IF_ERROR(RunInCells(schedule));
  }
  return {};
}

}  // namespace loadline::conformance
