// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/campaign.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>

#include "base/call_table.h"
#include "base/files.h"
#include "reference-runtime/faults/leftovers.h"
#include "reference-runtime/faults/wait.h"

namespace loadline::faults {
namespace {

struct Attempt {
  Trace trace;
  std::string errors;
  pid_t container = 0;  // before the operation
};

std::vector<std::string> WordsOf(const Scene& scene, const OperationUnderFault& operation) {
  if (operation.words.size() == 1) return scene.CreateCommand();
  std::vector<std::string> words;
  for (const std::string_view word : operation.words)
    words.emplace_back(word == "VICTIM"   ? scene.id()
                       : word == "BUNDLE" ? scene.path("bundle")
                                          : std::string(word));
  return scene.Command(words);
}

Result<void> SetUp(const Scene& scene, const OperationUnderFault& operation) {
  for (const std::string_view step : operation.before) {
    std::vector<std::string> words;
    if (step != "create") words = {std::string(step), scene.id()};
    if (step == "kill") words.push_back("KILL");
    const Answer answer = scene.Runtime(words);
    if (!answer.status.Success())
      return Failure("setting up: " + std::string(step) + ": " + answer.errors);
    if (step == "kill") LeftoverProcesses(std::chrono::seconds(5), 0);  // waits for its end
  }
  return {};
}

Result<Attempt> Try(const Scene& scene, const OperationUnderFault& operation, const Fault& fault) {
  RETURN_IF_ERROR(SetUp(scene, operation));
  Attempt attempt;
  attempt.container = scene.Pid();
  const UniqueFd output = scene.OpenAnswers("output");
  const UniqueFd errors = scene.OpenAnswers("errors");
  TraceOptions options;
  options.argv = WordsOf(scene, operation);
  // Only start goes on in a process that is there already.
  if (operation.name == "start") options.container = attempt.container;
  options.standard_output = output.get();
  options.standard_error = errors.get();
  options.fault = fault;
  ASSIGN_OR_RETURN(attempt.trace, RunTraced(options));
  attempt.errors = ReadFile(scene.path("errors")).value_or("");
  return attempt;
}

bool Contains(const std::vector<std::string_view>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The last line has to say which stage or which call it was, or what the container is.
void CheckMessage(const std::string& errors, std::vector<std::string>& wrong) {
  std::string line = errors;
  while (line.ends_with('\n')) line.pop_back();
  line = line.substr(line.rfind('\n') + 1);
  const std::string_view name = "loadline-runtime: ";
  if (!line.starts_with(name)) {
    wrong.push_back("says nothing of its own: \"" + line + "\"");
  } else if (line.find('(') == std::string::npos &&
             line.find(": ", name.size()) == std::string::npos &&
             line.find("container \"") == std::string::npos) {
    wrong.push_back("names neither a stage nor a call: \"" + line + "\"");
  }
}

void CheckStatus(const Scene& scene, const std::vector<std::string_view>& allowed,
                 std::vector<std::string>& wrong) {
  // After a signal the end takes a moment.
  if (allowed.size() == 1 && allowed[0] == "stopped") LeftoverProcesses(std::chrono::seconds(2), 0);
  // In this order: without the runtime the container's process goes on for a moment.
  const bool runs_payload = Scene::RunsPayload(scene.Pid());
  const std::string status = scene.Status();
  if (!Contains(allowed, status)) wrong.push_back("the container is " + status);
  if (status == "created" && runs_payload)
    wrong.push_back("the container is called created, and the payload runs");
}

// What is left of the operation although it went well, or said that it did not.
void CheckNothingMore(const Scene& scene, const OperationUnderFault& operation, bool success,
                      std::vector<std::string>& wrong) {
  // delete may end half way, so that another one has to follow.
  const bool deletes = Contains(operation.after_success, "none");
  const bool gone =
      success ? deletes : operation.error_undoes || (!deletes && scene.Status() == "none");
  if (gone) {
    for (const std::string& left : scene.Leftovers()) wrong.push_back("before delete: " + left);
    return;
  }
  for (const std::string& left : LeftoverProcesses(std::chrono::seconds(1), scene.Pid()))
    wrong.push_back("before delete: " + left);
}

// Whoever kills the process of exec on its last steps to the program cannot be told from one who
// does so a step later: the answer is the end of the process.
bool IsEndOfPayload(const OperationUnderFault& operation, const Trace& trace) {
  return operation.name == "exec" && trace.killed_container && trace.status.code == 128 + SIGKILL;
}

void Judge(const Scene& scene, const OperationUnderFault& operation, const Attempt& attempt,
           Tally& tally, std::vector<std::string>& wrong) {
  const Trace& trace = attempt.trace;
  if (trace.timed_out) {
    wrong.push_back("hangs");
  } else if (trace.killed_runtime) {
    ++tally.killed;
    CheckStatus(scene, {"none", "creating", "created", "running", "paused", "stopped"}, wrong);
  } else if (trace.status.signal != 0) {
    wrong.push_back("ends with " + trace.status.ToText() + ": " + attempt.errors);
  } else if (trace.status.code == operation.success || IsEndOfPayload(operation, trace)) {
    ++tally.survived;
    auto allowed = operation.after_success;
    if (trace.killed_container) allowed.push_back("stopped");
    CheckStatus(scene, allowed, wrong);
    CheckNothingMore(scene, operation, true, wrong);
  } else {
    ++tally.refused;
    CheckMessage(attempt.errors, wrong);
    auto allowed = operation.after_error;
    if (trace.killed_container && !operation.error_undoes) allowed.push_back("stopped");
    CheckStatus(scene, allowed, wrong);
    CheckNothingMore(scene, operation, false, wrong);
  }
}

void CheckDelete(const Scene& scene, std::vector<std::string>& wrong) {
  const Answer deleted = scene.Runtime({"delete", "--force", scene.id()});
  if (!deleted.status.Success())
    wrong.push_back("delete --force: " + deleted.status.ToText() + ": " + deleted.errors);
  for (const std::string& left : scene.Leftovers()) wrong.push_back("after delete: " + left);
  scene.Clean();
}

std::string Describe(const OperationUnderFault& operation, const Fault& fault, const Trace& trace) {
  const TracedCall& call = trace.calls.back();
  return std::string(operation.name) + " #" + std::to_string(fault.at) + " " +
         CallName(call.number) + (call.by_runtime ? " by the runtime: " : " by the container: ") +
         (trace.error != 0 ? ErrorName(trace.error) : std::string(KindName(fault.kind)));
}

// False when the operation has fewer calls than that.
Result<bool> RunOne(const Scene& scene, const OperationUnderFault& operation, const Fault& fault,
                    bool verbose, Tally& tally) {
  auto attempt = Try(scene, operation, fault);
  if (!attempt.has_value()) {
    scene.Clean();
    return std::move(attempt).error();
  }
  FaultReport failure;
  if (attempt->trace.done) {
    ++tally.faults;
    failure.fault = Describe(operation, fault, attempt->trace);
    Judge(scene, operation, *attempt, tally, failure.wrong);
  }
  CheckDelete(scene, failure.wrong);
  if (verbose && attempt->trace.done)
    std::printf("  %s -> %s %s", failure.fault.c_str(), attempt->trace.status.ToText().c_str(),
                attempt->errors.empty() ? "\n" : attempt->errors.c_str());
  if (failure.wrong.empty()) return attempt->trace.done;
  if (failure.fault.empty()) failure.fault = std::string(operation.name) + " without a fault";
  tally.failures.push_back(std::move(failure));
  return attempt->trace.done;
}

}  // namespace

std::string_view KindName(FaultKind kind) {
  switch (kind) {
    case FaultKind::kNone:
      return "none";
    case FaultKind::kErrno:
      return "errno";
    case FaultKind::kKillCaller:
      return "kill-caller";
    case FaultKind::kKillRuntime:
      return "kill-runtime";
    case FaultKind::kKillContainer:
      return "kill-container";
  }
  return "";
}

Result<std::vector<TracedCall>> RecordCalls(const Scene& scene,
                                            const OperationUnderFault& operation) {
  ASSIGN_OR_RETURN(const Attempt attempt, Try(scene, operation, Fault{}));
  std::vector<std::string> wrong;
  if (attempt.trace.status.code != operation.success)
    wrong.push_back(attempt.trace.status.ToText() + ": " + attempt.errors);
  else
    CheckStatus(scene, operation.after_success, wrong);
  CheckDelete(scene, wrong);
  if (wrong.empty()) return attempt.trace.calls;
  std::string text;
  for (const std::string& line : wrong) text += "; " + line;
  return Failure(std::string(operation.name) + " without a fault" + text);
}

Result<Tally> RunCampaign(const Scene& scene, const OperationUnderFault& operation,
                          const Selection& selection, bool verbose) {
  Tally tally;
  ASSIGN_OR_RETURN(const std::vector<TracedCall> calls, RecordCalls(scene, operation));
  tally.calls = calls.size();
  for (size_t at = selection.first; at <= calls.size(); at += selection.step) {
    const bool errors = selection.kind == FaultKind::kErrno;
    const size_t variants = errors && selection.every_error ? ErrorCount(calls[at - 1].number) : 1;
    for (size_t variant = 0; variant < variants; ++variant) {
      if (Interrupted()) return Failure("interrupted");
      const Fault fault{selection.kind, at, variants > 1 ? variant : at};
      ASSIGN_OR_RETURN(const bool done, RunOne(scene, operation, fault, verbose, tally));
      (void)done;  // how many calls there are varies a little
    }
  }
  return tally;
}

}  // namespace loadline::faults
