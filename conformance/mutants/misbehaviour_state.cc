// SPDX-License-Identifier: Apache-2.0
// Misbehaviour in the answers of `state` and `features`.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/pipe.h"
#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// Prints the runtime's answer after `change`. An answer that is none is passed on as it is.
template <class F>
Result<ExitStatus> ChangeAnswer(const RuntimeCall& call, F&& change) {
  RunOptions options;
  options.spawn.argv = call.argv;
  options.spawn.environment = CurrentEnvironment();
  options.spawn.new_session = false;
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(options));
  RETURN_IF_ERROR(WriteAll(STDERR_FILENO, outcome.standard_error));
  json state = json::parse(outcome.standard_output, nullptr, false);
  std::string text = outcome.standard_output;
  if (state.is_object()) {
    change(state);
    text = state.dump(2) + "\n";
  }
  RETURN_IF_ERROR(WriteAll(STDOUT_FILENO, text));
  return outcome.status;
}

Result<ExitStatus> Say(const RuntimeCall& call, const char* key, const json& value) {
  return ChangeAnswer(call, [key, &value](json& state) { state[key] = value; });
}

Result<ExitStatus> Conceal(const RuntimeCall& call, const char* key) {
  return ChangeAnswer(call, [key](json& state) { state.erase(key); });
}

}  // namespace

Result<ExitStatus> StateSaysRunning(const RuntimeCall& call) {
  return Say(call, "status", "running");
}
Result<ExitStatus> StateSaysStopped(const RuntimeCall& call) {
  return Say(call, "status", "stopped");
}
Result<ExitStatus> StateIsEarly(const RuntimeCall& call) {
  return ChangeAnswer(call, [](json& state) {
    if (state.value("status", "") == "created") state["status"] = "running";
  });
}
Result<ExitStatus> StateSaysUnknownStatus(const RuntimeCall& call) {
  return Say(call, "status", "Running");
}
Result<ExitStatus> StateSaysOtherPid(const RuntimeCall& call) { return Say(call, "pid", getpid()); }
Result<ExitStatus> StateSaysOtherBundle(const RuntimeCall& call) {
  return Say(call, "bundle", "/");
}
Result<ExitStatus> StateSaysOtherId(const RuntimeCall& call) {
  return Say(call, "id", call.id + "-other");
}
Result<ExitStatus> StateWithoutVersion(const RuntimeCall& call) {
  return Conceal(call, "ociVersion");
}
Result<ExitStatus> StateWithoutPid(const RuntimeCall& call) { return Conceal(call, "pid"); }
Result<ExitStatus> StateWithoutAnnotations(const RuntimeCall& call) {
  return Conceal(call, "annotations");
}

// Of the booleans alone: a list that names less is still true.
Result<ExitStatus> FeaturesDeny(const RuntimeCall& call) {
  return ChangeAnswer(call, [](json& features) {
    const json flat = features.flatten();
    for (const auto& member : flat.items()) {
      if (member.value().is_boolean()) features[json::json_pointer(member.key())] = false;
    }
  });
}

Result<ExitStatus> FeaturesDependOnCaller(const RuntimeCall& call) {
  return ChangeAnswer(call, [](json& features) {
    if (geteuid() != 0) features["linux"].erase("cgroup");
  });
}

Result<ExitStatus> StateIsNoJson(const RuntimeCall& call) {
  RETURN_IF_ERROR(WriteAll(STDOUT_FILENO, "the container " + call.id + " is fine\n"));
  return ExitStatus{};
}

}  // namespace loadline::mutants
