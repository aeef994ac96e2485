// SPDX-License-Identifier: Apache-2.0
// Control groups as a container sees them: read-only where that was asked for, and nothing of the
// outside.
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

const std::string kReadOnly = "loadline/isolation/group-view/read-only";
const std::string kOutside = "loadline/isolation/group-view/outside";

// Files through which a group can be changed; opening them for writing changes nothing.
constexpr const char* kFiles[] = {"/sys/fs/cgroup/memory/notify_on_release",
                                  "/sys/fs/cgroup/memory/cgroup.procs",
                                  "/sys/fs/cgroup/pids/pids.max"};

json Config(const char* access) {
  return {{"mounts",
           {{"/sys/fs/cgroup",
             {{"type", "cgroup"},
              {"source", "cgroup"},
              {"options", {"nosuid", "noexec", "nodev", access}}}}}},
          {"linux", {{"namespaces", {{"cgroup", json::object()}}}}}};
}

json Observe() {
  return {{"tell", "observe"},
          {"paths", std::vector<std::string>(std::begin(kFiles), std::end(kFiles))}};
}

json WriteOf(const json& answer, const char* file) {
  return answer.value(json::json_pointer("/probe/paths") / file / "write", json());
}

Result<void> Work(Rig& rig, Findings& findings) {
  // The control: a view that may be written can be.
  ASSIGN_OR_RETURN(Container* const writable, rig.NewContainer(Config("rw")));
  RETURN_IF_ERROR(rig.Run(*writable));
  ASSIGN_OR_RETURN(const json open, rig.Tell(*writable, Observe()));
  if (WriteOf(open, kFiles[0]) != "ok") {
    findings.Say(
        kReadOnly, Verdict::kInconclusive,
        "a view that may be written cannot be, either: " + WriteOf(open, kFiles[0]).dump());
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config("ro")));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, Observe()));
  for (const char* file : kFiles) {
    findings.Judge(
        kReadOnly, WriteOf(answer, file) == "EROFS",
        std::string(file) + " of a read-only view answers " + WriteOf(answer, file).dump(),
        {{"readOnly", WriteOf(answer, file)}, {"writable", WriteOf(open, file)}});
  }
  const json groups = answer.value("/probe/cgroups"_json_pointer, json::object());
  if (groups.empty())
    findings.Say(kOutside, Verdict::kInconclusive, "the groups cannot be seen from inside");
  for (const auto& group : groups.items()) {
    findings.Judge(kOutside, group.value() == "/",
                   "the group of " + group.key() + " is seen as " + group.value().dump(), groups);
  }
  return {};
}

}  // namespace

BatteryRun GroupViewRun() {
  const std::vector<std::string> needs = {"cgroup-v1", "cgroup-namespace", "controller-memory",
                                          "controller-pids"};
  return {"group-view",
          {{kReadOnly,
            "a read-only view of the control groups cannot be written",
            {"loadline/isolation/probes/group-view"},
            needs},
           {kOutside,
            "a new cgroup namespace shows no path of the outside",
            {"loadline/isolation/probes/group-view"},
            needs}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
