// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/scope.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/rootless.h"
#include "reference-runtime/systemd/manager.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// Where systemd has put a process: in its own hierarchy on v1, in the tree on v2.
Result<std::string> GroupOf(pid_t pid, const std::vector<Hierarchy>& hierarchies) {
  const auto named =
      std::find_if(hierarchies.begin(), hierarchies.end(),
                   [](const Hierarchy& hierarchy) { return hierarchy.Has("name=systemd"); });
  const Hierarchy* own = named == hierarchies.end() ? FindUnified(hierarchies) : &*named;
  if (own == nullptr)
    return Failure("systemd has no hierarchy of control groups here", "leave out --systemd-cgroup");
  ASSIGN_OR_RETURN(const std::string membership,
                   ReadFile("/proc/" + std::to_string(pid) + "/cgroup"));
  std::string path = PathInHierarchy(*own, membership);
  if (path.empty())  // its limits would be everybody's
    return Failure("systemd left the process in no group of its own", "leave out --systemd-cgroup");
  return path;
}

bool IsUnified(const std::vector<Hierarchy>& hierarchies) {
  return !HasV1Controllers(hierarchies) && FindUnified(hierarchies) != nullptr;
}

}  // namespace

Result<ScopeName> ReadScopeName(const std::string& cgroups_path, const std::string& id,
                                bool rootless) {
  const std::string usual = rootless ? "user.slice" : "system.slice";
  if (cgroups_path.empty()) return ScopeName{usual, "loadline-" + id + ".scope"};
  const auto parts = SplitText(cgroups_path, ':');
  if (parts.size() != 3 || parts[2].empty() || cgroups_path.find('/') != std::string::npos)
    return Failure("linux.cgroupsPath \"" + cgroups_path + "\" names no scope of systemd",
                   "write it as SLICE:PREFIX:NAME, or leave --systemd-cgroup out");
  ScopeName name{parts[0].empty() ? usual : parts[0],
                 (parts[1].empty() ? "" : parts[1] + "-") + parts[2] + ".scope"};
  if (!name.slice.ends_with(".slice"))
    return Failure("\"" + name.slice + "\" in linux.cgroupsPath is no slice",
                   "its name ends with .slice");
  return name;
}

Result<void> NameScope(Context& context) {
  ASSIGN_OR_RETURN(const ScopeName name, ReadScopeName(context.config.linux_spec.cgroups_path,
                                                       context.container.id, IsRootless(context)));
  context.container.unit = name.unit;
  return {};
}

Result<void> StartScope(Context& context, const nlohmann::json& resources) {
  Container& container = context.container;
  ASSIGN_OR_RETURN(context.hierarchies, FindHierarchies(true));
  ASSIGN_OR_RETURN(const ScopeName name, ReadScopeName(context.config.linux_spec.cgroups_path,
                                                       container.id, IsRootless(context)));
  ASSIGN_OR_RETURN(auto properties, PropertiesOf(resources, IsUnified(context.hierarchies)));
  ASSIGN_OR_RETURN(SystemdManager manager, SystemdManager::Connect(IsRootless(context)));
  RETURN_IF_ERROR(manager.StartScope(
      {name.unit, name.slice, "container " + container.id, context.pid, std::move(properties)}));
  ASSIGN_OR_RETURN(container.cgroup.path, GroupOf(context.pid, context.hierarchies));
  ASSIGN_OR_RETURN(container.cgroup.unified, NeedsUnified(context.hierarchies, resources));
  ASSIGN_OR_RETURN(container.cgroup.mounts, CgroupMounts());
  if (!container.cgroup.unified) LeaveOutUnified(context.hierarchies);
  // systemd uses some hierarchies of v1 and not others.
  ASSIGN_OR_RETURN(container.cgroups,
                   MakeCgroups(context.hierarchies, container.cgroup.path, resources));
  for (const Hierarchy& hierarchy : context.hierarchies) {
    const std::string own = hierarchy.mount_point + container.cgroup.path;
    if (std::find(container.cgroups.begin(), container.cgroups.end(), own) ==
        container.cgroups.end())
      container.cgroups.push_back(own);
  }
  RETURN_IF_ERROR(SaveContainer(context.state_directory, container));
  return WriteLimits(context.hierarchies, container.cgroup.path, resources);
}

Result<void> UpdateScope(const Context& context, const nlohmann::json& resources) {
  const Container& container = context.container;
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(container.cgroup));
  ASSIGN_OR_RETURN(const auto properties, PropertiesOf(resources, IsUnified(hierarchies)));
  ASSIGN_OR_RETURN(SystemdManager manager, SystemdManager::Connect(IsRootless(context)));
  return manager.SetProperties(container.unit, properties);
}

Result<void> StopScope(const Context& context) {
  ASSIGN_OR_RETURN(SystemdManager manager, SystemdManager::Connect(IsRootless(context)));
  return manager.Stop(context.container.unit);
}

}  // namespace loadline::runtime
