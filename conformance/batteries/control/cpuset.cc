// SPDX-License-Identifier: Apache-2.0
// The set of processors: where init and exec may run, and where they were seen.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/processors.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;

const std::string kInit = "loadline/control/cpuset/init";
const std::string kExec = "loadline/control/cpuset/exec";
const std::string kUpdated = "loadline/control/cpuset/updated";

json Resources(int processor) { return {{"cpu", {{"cpus", std::to_string(processor)}}}}; }

void JudgeSample(Findings& findings, const std::string& check, const json& sample, int processor) {
  const json only = {processor};
  findings.Judge(check, sample.value("allowed", json()) == only && sample["seen"] == only,
                 "may run on " + sample.value("allowed", json()).dump() + ", was seen on " +
                     sample.value("seen", json()).dump() + ", expected " + only.dump(),
                 {{"expected", only}, {"sample", sample}});
}

Result<void> Work(Rig& rig, Findings& findings) {
  if (ProcessorCount() < 2) {
    for (const std::string& check : {kInit, kExec, kUpdated})
      findings.Say(check, Verdict::kEnvironment, "a choice of processors needs two of them");
    return {};
  }
  const json sample = {{"tell", "sample-processors"}, {"samples", 200}};
  const int last = LastProcessor();
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(last)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json by_init, rig.Tell(*container, sample));
  JudgeSample(findings, kInit, by_init, last);
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {sample}));
    JudgeSample(findings, kExec, by_exec[0], last);
  }
  if (rig.HasVerb("update")) {
    RETURN_IF_ERROR(rig.Update(*container, Resources(0)));
    ASSIGN_OR_RETURN(const json afterwards, rig.Tell(*container, sample));
    JudgeSample(findings, kUpdated, afterwards, 0);
  }
  return {};
}

}  // namespace

BatteryRun CpusetRun() {
  const std::string holds = "loadline/control/cpuset/holds";
  return {"cpuset",
          {{kInit, "a container runs on its set of processors alone", {holds}, Needs("cpuset")},
           {kExec,
            "what exec starts runs on the container's set of processors alone",
            {holds},
            Needs("cpuset", {"verb-exec"})},
           {kUpdated,
            "after an update the new set of processors holds",
            {holds, "loadline/control/update/bites"},
            Needs("cpuset", {"verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
