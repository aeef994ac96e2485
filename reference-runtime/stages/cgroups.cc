// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/cgroups-path and resources: a container's control groups.
#include <sched.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Where the container's groups stand below every hierarchy. A relative path, which is ours to
// place, begins at the hierarchy's root (as seen from here); without a path there is a group only
// when resources are to be limited.
std::string PathOf(const Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (context.without_cgroups) return "";
  if (!spec.cgroups_path.empty()) return CleanPath("/" + spec.cgroups_path);
  const bool limits = spec.resources && !spec.resources->empty();
  return limits ? "/" + context.container.id : "";
}

}  // namespace

Result<void> CreateCgroups(Context& context) {
  const std::string path = PathOf(context);
  if (path.empty()) return {};
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies());
  if (hierarchies.empty())
    return Failure("no cgroup v1 hierarchy is mounted",
                   "this runtime limits resources through cgroup v1");
  ASSIGN_OR_RETURN(context.container.cgroups, MakeCgroups(hierarchies, path));
  context.container.cgroup_path = path;
  // At once, so that `delete --force` finds them even if this process is killed before it is done.
  return SaveContainer(context.state_directory, context.container);
}

Result<void> LimitCgroups(Context& context) {
  const std::string path = PathOf(context);
  if (path.empty() || !context.config.linux_spec.resources) return {};
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies());
  return WriteLimits(hierarchies, path, *context.config.linux_spec.resources);
}

Result<void> JoinCgroups(Context& context) {
  const std::string& path = context.container.cgroup_path;
  if (path.empty()) return {};
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies());
  return AddProcess(hierarchies, path, context.pid);
}

Result<void> RemoveCgroups(Context& context) {
  return RemoveCgroupDirectories(context.container.cgroups);
}

// After joining the groups, because the namespace's root is where the process stands then.
Result<void> NewCgroupNamespaceInChild(Context& context) {
  if (!context.config.linux_spec.Makes(CLONE_NEWCGROUP)) return {};
  if (unshare(CLONE_NEWCGROUP) != 0) return CallError("unshare", "CLONE_NEWCGROUP");
  return {};
}

}  // namespace loadline::runtime
