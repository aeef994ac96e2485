// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/cgroups-path and resources: a container's control groups.
#include <fcntl.h>
#include <sched.h>

#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/log.h"
#include "reference-runtime/rootless.h"
#include "reference-runtime/scope.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Where the container's groups stand below every hierarchy. A relative path, which is ours to
// place, begins at the hierarchy's root (as seen from here); without a path there is a group only
// when resources are to be limited.
std::string PathOf(const Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (context.cgroup_manager == CgroupManager::kNone) return "";
  if (!spec.cgroups_path.empty()) return CleanPath("/" + spec.cgroups_path);
  const bool limits = spec.resources && !spec.resources->empty();
  return limits ? "/" + context.container.id : "";
}

nlohmann::json ResourcesOf(const Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  return spec.resources ? AsDeclared(context.config, *spec.resources) : nlohmann::json::object();
}

// docker always writes these; 0 is outside of their ranges and means none.
constexpr const char* kNoneAtZero[] = {"/cpu/shares", "/cpu/period", "/cpu/quota",
                                       "/cpu/realtimePeriod", "/blockIO/weight"};
// And these when it updates, whatever it was asked for.
constexpr const char* kUnchangedAtZero[] = {"/memory/limit", "/memory/reservation", "/memory/swap",
                                            "/memory/kernel", "/memory/kernelTCP"};

void LeaveOutZeros(std::span<const char* const> pointers, nlohmann::json& resources) {
  for (const char* name : pointers) {
    const nlohmann::json::json_pointer pointer(name);
    if (resources.contains(pointer) && resources[pointer] == 0)
      resources[pointer.parent_pointer()].erase(pointer.back());
  }
}

// Which groups the container gets, and which of them are missing.
Result<void> PlanGroups(Context& context, const std::string& path) {
  ASSIGN_OR_RETURN(context.hierarchies, FindHierarchies(true));
  if (context.hierarchies.empty())
    return Failure("no cgroup hierarchy is mounted", "mount cgroup2 at /sys/fs/cgroup");
  const nlohmann::json resources = ResourcesOf(context);
  ASSIGN_OR_RETURN(const bool unified, NeedsUnified(context.hierarchies, resources));
  if (!unified) LeaveOutUnified(context.hierarchies);
  ASSIGN_OR_RETURN(std::string mounts, CgroupMounts());
  context.container.cgroup = {path, unified, std::move(mounts)};
  context.container.cgroups = MissingCgroups(context.hierarchies, path);
  return {};
}

Result<void> MakeGroups(Context& context) {
  const std::vector<std::string> planned = std::exchange(context.container.cgroups, {});
  auto made = MakeCgroups(context.hierarchies, context.container.cgroup.path, ResourcesOf(context));
  if (!made.has_value()) {
    context.container.cgroup = {};
    return std::move(made).error();
  }
  context.container.cgroups = std::move(*made);
  if (context.container.cgroups == planned) return {};
  return SaveContainer(context.state_directory, context.container);  // somebody was quicker
}

// Rules about devices alone are no reason to fail without rights: nodes cannot be made then, and
// what is bound has its own permissions.
bool AsksForLimits(const nlohmann::json& resources) {
  for (const auto& [key, value] : resources.items())
    if (key != "devices" && !value.empty()) return true;
  return false;
}

}  // namespace

nlohmann::json AsChange(const Config& config, nlohmann::json resources) {
  LeaveOutZeros(kUnchangedAtZero, resources);
  return AsDeclared(config, std::move(resources));
}

nlohmann::json AsDeclared(const Config& config, nlohmann::json resources) {
  // oci-runtime/config-linux/pids/zero-is-a-limit came with 1.3.0; before, callers wrote 0 for
  // none.
  const nlohmann::json::json_pointer limit("/pids/limit");
  if (!config.DeclaresAtLeast(1, 3, 0) && resources.contains(limit) && resources[limit] == 0)
    resources[limit] = -1;
  LeaveOutZeros(kNoneAtZero, resources);
  return resources;
}

Result<void> PlanCgroups(Context& context) {
  // systemd makes them around a process, which is not there yet.
  if (context.cgroup_manager == CgroupManager::kSystemd) return NameScope(context);
  const std::string path = PathOf(context);
  return path.empty() ? Result<void>() : PlanGroups(context, path);
}

Result<void> CreateCgroups(Context& context) {
  if (context.container.cgroup.path.empty()) return {};
  context.takes_cgroup = MayOwnCgroup(context) && IsRootless(context);
  auto made = MakeGroups(context);
  if (made.has_value() || !IsRootless(context) || !IsMissingRight(made.error())) return made;
  if (AsksForLimits(ResourcesOf(context)))
    return std::move(made).error().Hint(
        "a user makes groups only below one that was delegated: name it in linux.cgroupsPath, or "
        "remove linux.resources");
  Debug("without groups: " + made.error().ToLine());
  context.hierarchies.clear();
  context.container.cgroup = {};
  context.container.cgroups.clear();
  return SaveContainer(context.state_directory, context.container);
}

Result<void> LimitCgroups(Context& context) {
  const std::string& path = context.container.cgroup.path;
  if (path.empty() || !context.config.linux_spec.resources) return {};
  return WriteLimits(context.hierarchies, path, ResourcesOf(context));
}

// A process that is cloned into its group of v2 need not be moved, which takes the kernel longer.
Result<void> OpenCgroup(Context& context) {
  const CgroupPlace& place = context.container.cgroup;
  if (place.path.empty()) return {};
  for (const Hierarchy& hierarchy : context.hierarchies)
    RETURN_IF_ERROR(OpenGroup(context, hierarchy, place.path));
  return {};
}

Result<void> OpenGroup(Context& context, const Hierarchy& hierarchy, const std::string& path) {
  if (hierarchy.version == 2) {
    ASSIGN_OR_RETURN(context.cgroup, Open(hierarchy.mount_point + path, O_PATH | O_DIRECTORY));
  } else {
    ASSIGN_OR_RETURN(UniqueFd tasks, OpenTasks(hierarchy, path));
    context.cgroup_tasks.push_back(std::move(tasks));
    context.moves_itself = true;
  }
  return {};
}

bool HasToBeMoved(const Context& context) {
  return context.cgroup_manager == CgroupManager::kSystemd ||
         FindUnified(context.hierarchies) != nullptr;
}

Result<void> JoinCgroups(Context& context) {
  if (context.cgroup_manager == CgroupManager::kSystemd)
    RETURN_IF_ERROR(StartScope(context, ResourcesOf(context)));
  for (const Hierarchy& hierarchy : context.hierarchies) {
    if (hierarchy.version == 1 && context.moves_itself) continue;
    RETURN_IF_ERROR(AddProcess({hierarchy}, context.container.cgroup.path, context.pid));
  }
  return {};
}

Result<void> JoinCgroupsInChild(Context& context) {
  RETURN_IF_ERROR(MoveSelf(context.cgroup_tasks));
  CloseTogether(context.cgroup_tasks);
  return {};
}

Result<void> RemoveCgroups(Context& context) {
  if (!context.container.unit.empty()) RETURN_IF_ERROR(StopScope(context));
  return RemoveCgroupDirectories(context.container.cgroups);
}

// After joining the groups, because the namespace's root is where the process stands then.
Result<void> NewCgroupNamespaceInChild(Context& context) {
  if (!context.config.linux_spec.Makes(CLONE_NEWCGROUP)) return {};
  if (unshare(CLONE_NEWCGROUP) != 0) return CallError("unshare", "CLONE_NEWCGROUP");
  return {};
}

// After the process is in its groups: from inside the namespace the way into them may be hidden
// (nsdelegate).
Result<void> JoinCgroupNamespaceInChild(Context& context) {
  if (!context.cgroup_namespace) return {};
  if (setns(context.cgroup_namespace.get(), CLONE_NEWCGROUP) != 0)
    return CallError("setns", "the container's cgroup namespace");
  return {};
}

}  // namespace loadline::runtime
