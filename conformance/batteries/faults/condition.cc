// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/condition.h"

#include <cerrno>

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;

struct Tally {
  Wrongs wrongs;
  size_t refused = 0;
  size_t killed = 0;
  std::string missing;  // on this host
};

void CheckWanted(Wanted wanted, Trial& trial) {
  if (trial.hangs) return;
  if (wanted == Wanted::kSuccess && trial.promise != Promise::kSuccess)
    trial.wrong.push_back("create fails: " + trial.said);
  if (wanted == Wanted::kError && trial.promise == Promise::kSuccess)
    trial.wrong.emplace_back("create succeeds");
}

Result<void> TryLevel(Scene& scene, const Level& level, Wanted wanted, Tally& tally) {
  scene.rig().ForgetCommands();
  if (level.prepare) {
    auto prepared = level.prepare(scene);
    if (!prepared && prepared.error().number == ENOTSUP) {
      tally.missing = prepared.error().what;
      return {};
    }
    if (!prepared) return std::move(prepared).error();
  }
  ASSIGN_OR_RETURN(const Call call, scene.Do("create", level.launch));
  if (level.after) level.after(scene);
  // Who is killed for want of memory has no chance to put things in order.
  Trial trial;
  if (call.status.signal != 0 && !call.timed_out) {
    ++tally.killed;
    trial.said = call.ToText();
    RETURN_IF_ERROR(JudgeKilled(scene, trial));
  } else {
    ASSIGN_OR_RETURN(trial, JudgeCall(scene, Operations().front(), call));
    tally.refused += trial.promise == Promise::kError ? 1 : 0;
  }
  CheckWanted(wanted, trial);
  if (const std::string harm = scene.HarmOfBystander(true); !harm.empty())
    trial.wrong.push_back(harm);
  trial.promise = Promise::kError;  // one verdict for all of it
  trial.commands = scene.rig().commands();
  tally.wrongs.Add(level.name, trial);
  scene.CleanUp();
  if (level.undo) level.undo(scene);
  return {};
}

}  // namespace

Result<void> TryLevels(Scene& scene, const std::vector<Level>& levels, Wanted wanted,
                       const std::string& check, Findings& findings) {
  Tally tally;
  for (const Level& level : levels) RETURN_IF_ERROR(TryLevel(scene, level, wanted, tally));
  scene.rig().ForgetCommands();
  const json about = {
      {"levels", levels.size()}, {"refused", tally.refused}, {"killed", tally.killed}};
  if (!tally.missing.empty()) {
    findings.Say(check, reports::Verdict::kEnvironment, tally.missing, about);
    return {};
  }
  tally.wrongs.Judge(findings, check, Promise::kError, about, "");
  if (wanted == Wanted::kNoticed && tally.refused + tally.killed + tally.wrongs.hangs() == 0)
    findings.Say(check, reports::Verdict::kInconclusive, "the candidate did not notice it at all",
                 about);
  return {};
}

}  // namespace loadline::conformance::faults
