// SPDX-License-Identifier: Apache-2.0
// create where the control group of its container is there already: with a process of somebody else
// in it, or frozen.
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/files.h"
#include "conformance/batteries/faults/condition.h"
#include "conformance/batteries/faults/faults.h"
#include "conformance/harness/cell_view.h"

namespace loadline::conformance::faults {
namespace {

const std::string kBusy = "loadline/faults/groups/busy";
const std::string kFrozen = "loadline/faults/groups/frozen";

Result<ChildProcess> StartIdle(const Rig& rig) {
  SpawnOptions options;
  options.argv = {rig.paths().probe, "wait"};
  return ChildProcess::Spawn(options);
}

// The victim's group in each hierarchy, with the process in it.
Result<void> MakeBusy(Scene& scene, pid_t pid) {
  for (const Hierarchy& hierarchy : scene.rig().view().hierarchies) {
    const std::string group = MountInCell(scene.rig().view(), hierarchy) + "/" + scene.victim().id;
    if (mkdir(group.c_str(), 0755) != 0) return CallError("mkdir", group);
    // A new cpuset takes no process, and has no say here.
    (void)WriteExisting(group + "/cgroup.procs", std::to_string(pid));
    scene.Spare({pid}, {group});
  }
  return {};
}

Result<void> WorkBusy(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene, Scene::Make(rig));
  ASSIGN_OR_RETURN(ChildProcess idle, StartIdle(rig));
  const Level level{
      "a process is in it", {}, [&](Scene& there) { return MakeBusy(there, idle.pid()); }, {}};
  RETURN_IF_ERROR(TryLevels(*scene, {level}, Wanted::kEither, kBusy, findings));
  pollfd entry{idle.pidfd(), POLLIN, 0};
  if (poll(&entry, 1, 0) != 0)
    findings.Judge(kBusy, false, "the process of somebody else in the group was killed");
  return {};
}

Result<void> Freeze(Scene& scene) {
  const CellView& view = scene.rig().view();
  const bool v2 = CgroupLayout(view.hierarchies) == "v2";
  const std::string parent =
      v2 ? MountInCell(view, view.hierarchies.front()) : scene.rig().CellGroup("freezer");
  const std::string group = parent + "/" + scene.victim().id;
  if (parent.empty()) {
    Error missing = Failure("the cell has no freezer");
    missing.number = ENOTSUP;
    return missing;
  }
  if (mkdir(group.c_str(), 0755) != 0) return CallError("mkdir", group);
  scene.Spare({}, {group});
  return v2 ? WriteExisting(group + "/cgroup.freeze", "1")
            : WriteExisting(group + "/freezer.state", "FROZEN");
}

Result<void> WorkFrozen(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene, Scene::Make(rig));
  return TryLevels(*scene, {{"it is frozen", {}, Freeze, {}}}, Wanted::kEither, kFrozen, findings);
}

}  // namespace

std::vector<BatteryRun> GroupRuns() {
  return {{"busy-group",
           {{kBusy,
             "a process that is in the container's group already is left alone",
             {"loadline/faults/groups"},
             {}}},
           false,
           WorkBusy},
          {"frozen-group",
           {{kFrozen,
             "create ends in time where the container's group is frozen",
             {"loadline/faults/groups"},
             {}}},
           false,
           WorkFrozen}};
}

}  // namespace loadline::conformance::faults
