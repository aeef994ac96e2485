// SPDX-License-Identifier: Apache-2.0
// Control groups as a container sees them: read-only where that was asked for, and nothing of the
// outside; and where its own are. Guards against CVE-2022-0492 and CVE-2023-25809.
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/harness/cell_view.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

const std::string kReadOnly = "loadline/isolation/group-view/read-only";
const std::string kReadOnlyShared = "loadline/isolation/group-view/read-only-shared";
const std::string kAgent = "loadline/isolation/group-view/release-agent";
const std::string kClimbing = "loadline/isolation/group-view/climbing-path";
const std::string kOutside = "loadline/isolation/group-view/outside";

// Files through which a group can be changed; opening them for writing changes nothing.
std::vector<std::string> FilesOf(const CellView& view) {
  if (CgroupLayout(view.hierarchies) == "v2")
    return {"/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/cgroup.subtree_control"};
  return {"/sys/fs/cgroup/memory/notify_on_release", "/sys/fs/cgroup/memory/cgroup.procs",
          "/sys/fs/cgroup/pids/pids.max"};
}

// Which command the kernel runs outside when a group is empty: only the root of a hierarchy has it.
constexpr const char* kAgents[] = {"/sys/fs/cgroup/memory/release_agent",
                                   "/sys/fs/cgroup/pids/release_agent",
                                   "/sys/fs/cgroup/release_agent"};

// Paths of a container's group that climb; "${id}" is the container's.
constexpr const char* kPaths[] = {"/../../../../${id}", "/loadline-a/../../../${id}",
                                  "/${id}/../../../${id}"};

json Config(const char* access, bool shared = false) {
  json config = {{"mounts",
                  {{"/sys/fs/cgroup",
                    {{"type", "cgroup"},
                     {"source", "cgroup"},
                     {"options", {"nosuid", "noexec", "nodev", access}}}}}},
                 {"linux", {{"namespaces", {{"cgroup", json::object()}}}}}};
  if (shared) config.erase("linux");
  return config;
}

json Observe(const std::vector<std::string>& files) {
  json paths(files);
  for (const char* agent : kAgents) paths.push_back(agent);
  return {{"tell", "observe"}, {"paths", paths}};
}

json WriteOf(const json& answer, const std::string& file) {
  return answer.value(json::json_pointer("/probe/paths") / file / "write", json());
}

Result<json> ObserveWith(Rig& rig, const json& config) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(config));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(json answer, rig.Tell(*container, Observe(FilesOf(rig.view()))));
  rig.Remove(*container);
  return answer;
}

void JudgeReadOnly(Findings& findings, const std::string& check,
                   const std::vector<std::string>& files, const json& closed, const json& open) {
  for (const std::string& file : files) {
    findings.Judge(check, WriteOf(closed, file) == "EROFS",
                   file + " of a read-only view answers " + WriteOf(closed, file).dump(),
                   {{"readOnly", WriteOf(closed, file)}, {"writable", WriteOf(open, file)}});
  }
}

// The control: a view that may be written can be.
Result<json> JudgeViews(Rig& rig, Findings& findings) {
  json own;
  const std::vector<std::string> files = FilesOf(rig.view());
  for (const bool shared : {false, true}) {
    const std::string& check = shared ? kReadOnlyShared : kReadOnly;
    ASSIGN_OR_RETURN(const json open, ObserveWith(rig, Config("rw", shared)));
    if (WriteOf(open, files[0]) != "ok") {
      findings.Say(
          check, Verdict::kInconclusive,
          "a view that may be written cannot be, either: " + WriteOf(open, files[0]).dump());
    }
    ASSIGN_OR_RETURN(const json closed, ObserveWith(rig, Config("ro", shared)));
    JudgeReadOnly(findings, check, files, closed, open);
    for (const json* answer : {&open, &closed}) {
      for (const char* agent : kAgents)
        findings.Judge(kAgent, WriteOf(*answer, agent) != "ok",
                       std::string(agent) + " can be written", (*answer)["probe"]["paths"]);
    }
    if (!shared) own = closed;
  }
  return own;
}

// Where the groups of a process lie, as the cell has them: by controller.
Result<json> GroupsOf(pid_t pid) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile("/proc/" + std::to_string(pid) + "/cgroup"));
  json groups = json::object();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second != std::string::npos)
      groups[line.substr(first + 1, second - first - 1)] = line.substr(second + 1);
  }
  return groups;
}

// A path that climbs is refused, or ends below the cell's own group.
Result<void> JudgePaths(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  // The control: a path that does not climb is where it should be.
  for (const char* path : {"/${id}", kPaths[0], kPaths[1], kPaths[2]}) {
    Trial trial;
    trial.config = {{"linux", {{"cgroupsPath", path}}}};
    trial.look = [](const Container& container) { return GroupsOf(container.pid); };
    ASSIGN_OR_RETURN(Outcome outcome, Try(rig, trial, sentinels));
    outcome.what = path;
    if (path == std::string("/${id}")) {
      RETURN_IF_ERROR(
          CheckControl(outcome.refused || !outcome.seen.empty(), "groups of a process"));
      continue;
    }
    JudgeTrial(findings, kClimbing, outcome, [](const Outcome& seen) {
      for (const auto& group : seen.seen.items()) {
        const auto where = group.value().get<std::string>();
        if (where.starts_with("/.."))
          return "the group of " + group.key() + " is outside, at " + where;
      }
      return std::string();
    });
  }
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const json answer, JudgeViews(rig, findings));
  const json groups = answer.value("/probe/cgroups"_json_pointer, json::object());
  if (groups.empty())
    findings.Say(kOutside, Verdict::kInconclusive, "the groups cannot be seen from inside");
  for (const auto& group : groups.items()) {
    findings.Judge(kOutside, group.value() == "/",
                   "the group of " + group.key() + " is seen as " + group.value().dump(), groups);
  }
  return JudgePaths(rig, findings);
}

}  // namespace

BatteryRun GroupViewRun() {
  const std::vector<std::string> needs = {"cgroup-namespace", "controller-memory",
                                          "controller-pids"};
  std::vector<std::string> v1 = needs;
  v1.emplace_back("cgroup-v1");  // v2 has no such command
  return {
      "group-view",
      {{kReadOnly,
        "a read-only view of the control groups cannot be written",
        {"loadline/isolation/probes/group-view"},
        needs},
       {kReadOnlyShared,
        "a read-only view of the control groups cannot be written without a namespace of its own",
        {"loadline/isolation/probes/group-view"},
        needs},
       {kAgent,
        "no command that the kernel runs outside can be set from inside",
        {"loadline/isolation/probes/group-view"},
        v1},
       {kClimbing,
        "a container's group that climbs is refused, or stays below the caller's",
        {"loadline/isolation/probes/group-path"},
        needs},
       {kOutside,
        "a new cgroup namespace shows no path of the outside",
        {"loadline/isolation/probes/group-view"},
        needs}},
      false,
      Work};
}

}  // namespace loadline::conformance::isolation
