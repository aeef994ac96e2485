// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/trial.h"

#include <algorithm>

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// After a kill: what the candidate left running comes to its end or waits for something.
constexpr milliseconds kQuietTime{1000};

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void Add(Trial& trial, const std::string& wrong) {
  if (!wrong.empty()) trial.wrong.push_back(wrong);
}

void AddLeftovers(Scene& scene, const std::string& when, Trial& trial) {
  for (const std::string& left : scene.Leftovers()) trial.wrong.push_back(when + ": " + left);
}

Result<std::string> CheckStatus(Scene& scene, const std::vector<std::string>& allowed,
                                Trial& trial) {
  ASSIGN_OR_RETURN(const StateAnswer answer, scene.State());
  Add(trial, answer.lie);
  if (answer.lie.empty() && !Contains(allowed, answer.status))
    trial.wrong.push_back(answer.status == "none" ? "state does not know the container"
                                                  : "state says " + answer.status);
  return answer.status;
}

// The container's end, whatever came before it.
Result<void> ForceDelete(Scene& scene, Trial& trial) {
  ASSIGN_OR_RETURN(const Call call, scene.Do("deleteForce"));
  if (call.timed_out) trial.wrong.emplace_back("delete --force hangs");
  AddLeftovers(scene, "after delete --force", trial);
  return {};
}

// Who waits for start has to be able to.
Result<void> StartIt(Scene& scene, Trial& trial) {
  ASSIGN_OR_RETURN(const Call call, scene.Do("start"));
  Add(trial, call.Success() ? scene.WaitUntilServes()
                            : "create succeeded, and start fails: " + call.ToText());
  return {};
}

Result<void> UseIdAgain(Scene& scene, Trial& trial) {
  ASSIGN_OR_RETURN(const Call call, scene.Do("create"));
  if (!call.Success())
    trial.wrong.push_back("a new create with the same id fails: " + call.ToText());
  return ForceDelete(scene, trial);
}

}  // namespace

Result<void> JudgeSuccess(Scene& scene, const Operation& operation, Trial& trial) {
  trial.promise = Promise::kSuccess;
  if (operation.verb == "kill") scene.WaitForEndOfVictim();
  ASSIGN_OR_RETURN(const std::string status, CheckStatus(scene, operation.after_success, trial));
  if (operation.verb == "delete") AddLeftovers(scene, "after delete", trial);
  if (operation.verb == "exec") Add(trial, scene.AsksHowItIs());
  if (operation.verb == "create" && trial.wrong.empty()) RETURN_IF_ERROR(StartIt(scene, trial));
  if (status == "none" && trial.wrong.empty()) return {};
  return ForceDelete(scene, trial);
}

Result<void> JudgeError(Scene& scene, const Operation& operation, Trial& trial) {
  trial.promise = Promise::kError;
  ASSIGN_OR_RETURN(const std::string status, CheckStatus(scene, operation.after_error, trial));
  if (status == "none") AddLeftovers(scene, "after the error", trial);
  if (operation.verb == "exec") Add(trial, scene.AsksHowItIs());
  if (status == "none" && trial.wrong.empty()) return {};
  return ForceDelete(scene, trial);
}

Result<void> JudgeKilled(Scene& scene, Trial& trial) {
  trial.promise = Promise::kKilled;
  scene.supervisor().WaitUntilQuiet(Deadline::After(kQuietTime));
  ASSIGN_OR_RETURN(
      const std::string status,
      CheckStatus(scene, {"none", "creating", "created", "running", "stopped"}, trial));
  (void)status;
  RETURN_IF_ERROR(ForceDelete(scene, trial));
  if (trial.wrong.empty()) RETURN_IF_ERROR(UseIdAgain(scene, trial));
  return {};
}

Result<Trial> JudgeCall(Scene& scene, const Operation& operation, const Call& call) {
  Trial trial;
  trial.said = call.ToText();
  trial.hangs = call.timed_out;
  if (call.timed_out) {
    trial.wrong.push_back(operation.verb + " neither succeeds nor fails");
    (void)scene.Do("deleteForce");
  } else if (call.Success()) {
    RETURN_IF_ERROR(JudgeSuccess(scene, operation, trial));
  } else {
    // A signal, too: what the C library and the kernel make of a call that fails is no decision of
    // the candidate's, and what counts is what is left.
    RETURN_IF_ERROR(JudgeError(scene, operation, trial));
  }
  return trial;
}

Result<Trial> TryPoint(Scene& scene, const Operation& operation,
                       const std::optional<Point>& point) {
  scene.rig().ForgetCommands();
  const bool kills = point && point->fault.effect != Effect::kError;
  // Where one call is to fail, nobody is held up by the others.
  Launch launch;
  launch.watched = point && !kills ? std::vector<long>{point->fault.call} : AllCalls();
  // Only start goes on in a process that is there already.
  auto prepared = scene.DoAll(operation.before, operation.verb == "start" ? launch : Launch{});
  if (!prepared) return std::move(prepared).error();
  scene.supervisor().Arm(point ? std::optional(point->fault) : std::nullopt);
  ASSIGN_OR_RETURN(const Call call, scene.Do(operation.verb, launch));
  // What goes on after start has said that all is well is a part of it.
  std::string asleep;
  if (operation.verb == "start" && call.Success()) asleep = scene.WaitUntilServes();
  Supervisor::Heard heard = scene.supervisor().Disarm();
  Trial trial;
  if (kills && heard.done) {
    trial.said = call.ToText();
    trial.hangs = call.timed_out;
    if (call.timed_out)
      trial.wrong.push_back(operation.verb + " does not end when one of its processes is killed");
    RETURN_IF_ERROR(JudgeKilled(scene, trial));
  } else {
    ASSIGN_OR_RETURN(trial, JudgeCall(scene, operation, call));
    Add(trial, asleep);
  }
  Add(trial, scene.HarmOfBystander(false));
  trial.done = heard.done;
  trial.calls = std::move(heard.calls);
  trial.commands = scene.rig().commands();
  scene.CleanUp();
  return trial;
}

}  // namespace loadline::conformance::faults
