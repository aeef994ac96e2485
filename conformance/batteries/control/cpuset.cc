// SPDX-License-Identifier: Apache-2.0
// The set of processors: where init and exec may run, and where they were seen; and where those may
// run who ran already when it became another.
#include <sched.h>

#include <algorithm>
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/groups/group_files.h"
#include "conformance/batteries/processors.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

const std::string kInit = "loadline/control/cpuset/init";
const std::string kExec = "loadline/control/cpuset/exec";
const std::string kUpdated = "loadline/control/cpuset/updated";
const std::string kAllMoved = "loadline/control/cpuset/all-moved";

constexpr int kProcesses = 3;

json Resources(int processor) { return {{"cpu", {{"cpus", std::to_string(processor)}}}}; }

void JudgeSample(Findings& findings, const std::string& check, const json& sample, int processor) {
  const json only = {processor};
  findings.Judge(check, sample.value("allowed", json()) == only && sample["seen"] == only,
                 "may run on " + sample.value("allowed", json()).dump() + ", was seen on " +
                     sample.value("seen", json()).dump() + ", expected " + only.dump(),
                 {{"expected", only}, {"sample", sample}});
}

// The processes of the container's group, with the processors on which each may run.
Result<json> AllowedOf(const Rig& rig, const Container& container) {
  ASSIGN_OR_RETURN(const std::string members, ReadFile(MembersOf(rig, container, "cpuset")));
  json allowed = json::object();
  std::istringstream pids(members);
  for (pid_t pid = 0; pids >> pid;) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(pid, sizeof set, &set) != 0) continue;  // it is gone
    json& processors = allowed[std::to_string(pid)] = json::array();
    for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
      if (CPU_ISSET(processor, &set)) processors.push_back(processor);
    }
  }
  return allowed;
}

// While there are processes that came before it.
Result<void> JudgeUpdate(Rig& rig, Findings& findings, Container& container, const json& sample) {
  RETURN_IF_ERROR(rig.Tell(container, {{"tell", "keep-processes"}, {"count", kProcesses}}));
  RETURN_IF_ERROR(rig.Update(container, Resources(0)));
  ASSIGN_OR_RETURN(const json moved, AllowedOf(rig, container));
  const bool all = std::all_of(moved.begin(), moved.end(), [](const json& processors) {
    return processors == json::array({0});
  });
  findings.Judge(kAllMoved, all && moved.size() > kProcesses,
                 "after an update to processor 0 its processes may run on " + moved.dump(), moved);
  RETURN_IF_ERROR(rig.Tell(container, {{"tell", "let-processes-go"}}));
  ASSIGN_OR_RETURN(const json afterwards, rig.Tell(container, sample));
  JudgeSample(findings, kUpdated, afterwards, 0);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
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
  return rig.HasVerb("update") ? JudgeUpdate(rig, findings, *container, sample) : Result<void>();
}

}  // namespace

BatteryRun CpusetRun() {
  const std::string holds = "loadline/control/cpuset/holds";
  const std::string two = "processors-2";
  const auto with_update = Needs("cpuset", {two, "verb-update"});
  return {
      "cpuset",
      {{kInit, "a container runs on its set of processors alone", {holds}, Needs("cpuset", {two})},
       {kExec,
        "what exec starts runs on the container's set of processors alone",
        {holds},
        Needs("cpuset", {two, "verb-exec"})},
       {kUpdated,
        "after an update the new set of processors holds",
        {holds, "loadline/control/update/bites"},
        with_update},
       {kAllMoved,
        "an update moves all that run in the container to the new set of processors",
        {holds, "loadline/control/update/bites", "loadline/control/update/takes-back"},
        with_update}},
      false,
      Work};
}

}  // namespace loadline::conformance::control
