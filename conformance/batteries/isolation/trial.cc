// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {

using nlohmann::json;

json Outcome::ToJson() const {
  json all = {
      {"refused", refused}, {"candidateSaid", why}, {"answers", answers}, {"sentinels", changes}};
  if (!answers_by_exec.empty()) all["answersByExec"] = answers_by_exec;
  if (!seen.is_null()) all["seen"] = seen;
  return all;
}

namespace {

// Asks what there is to ask of a container that runs.
Result<void> Ask(Rig& rig, Container& container, const Trial& trial, Outcome& outcome) {
  for (const json& message : trial.messages) {
    ASSIGN_OR_RETURN(json answer, rig.Tell(container, message));
    outcome.answers.push_back(std::move(answer));
  }
  if (trial.look) {
    ASSIGN_OR_RETURN(outcome.seen, trial.look(container));
  }
  if (trial.messages_by_exec.empty() || !rig.HasVerb("exec")) return {};
  container.console_socket.clear();  // it is that of init
  auto answers = rig.Exec(container, trial.messages_by_exec);
  if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
  if (answers) outcome.answers_by_exec = std::move(*answers);
  return {};
}

}  // namespace

Result<Outcome> Try(Rig& rig, const Trial& trial, const Sentinels& sentinels) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(trial.config));
  if (trial.prepare) RETURN_IF_ERROR(trial.prepare(container->bundle + "/rootfs"));
  RETURN_IF_ERROR(GiveTree(container->bundle, rig.paths().caller));
  container->descriptors = trial.descriptors;
  if (trial.terminal) container->console_socket = rig.paths().temporary + "/" + container->id;
  Outcome outcome;
  ASSIGN_OR_RETURN(Call call, rig.TryCreate(*container));
  if (call.Success()) {
    ASSIGN_OR_RETURN(call, rig.Try("start", *container));
  }
  // Refused for want of words shows nothing of what an image can do.
  if (call.timed_out || call.no_words) return CandidateError("a hostile bundle", call);
  outcome.refused = !call.Success();
  outcome.why = outcome.refused ? call.ToText() : "";
  if (!outcome.refused) {
    // What was started and does not serve has been refused as well: nothing of the image runs.
    if (auto ready = rig.Hear(*container); !ready) {
      outcome.refused = true;
      outcome.why = "the process did not run";
    }
  }
  if (!outcome.refused) RETURN_IF_ERROR(Ask(rig, *container, trial, outcome));
  outcome.changes = sentinels.Changes();
  rig.Remove(*container);
  if (outcome.changes.empty()) outcome.changes = sentinels.Changes();  // delete may do harm, too
  return outcome;
}

void JudgeTrial(Findings& findings, const std::string& check, const Outcome& outcome,
                const std::function<std::string(const Outcome&)>& protected_by) {
  std::string wrong;
  if (!outcome.changes.empty()) wrong = "outside the bundle: " + outcome.changes.dump();
  if (wrong.empty() && !outcome.refused && protected_by) wrong = protected_by(outcome);
  const bool holds = wrong.empty();
  if (!outcome.what.empty()) wrong = outcome.what + ": " + wrong;
  findings.Judge(check, holds, wrong, outcome.ToJson());
}

Result<void> CheckControl(bool found, const std::string& what) {
  if (found) return {};
  return Failure("the probe does not see its weakness where there is one: " + what);
}

}  // namespace loadline::conformance::isolation
