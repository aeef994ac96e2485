// SPDX-License-Identifier: Apache-2.0
// The control groups of a process that exec starts: the container's, or groups below them.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Below the mount point of a hierarchy. A clean path never leads above its start, so what the
// caller names stays below the container's group.
std::string PathIn(const Context& context, const Hierarchy& hierarchy) {
  for (const auto& [controller, path] : context.sub_groups) {
    if (controller.empty() || hierarchy.Has(controller))
      return context.container.cgroup.path + (path == "/" ? "" : path);
  }
  return context.container.cgroup.path;
}

Result<void> CheckControllers(const Context& context) {
  for (const auto& [controller, path] : context.sub_groups) {
    const bool known =
        std::any_of(context.hierarchies.begin(), context.hierarchies.end(),
                    [&](const Hierarchy& hierarchy) { return hierarchy.Has(controller); });
    if (!controller.empty() && !known)
      return Failure(
          "--cgroup names the controller " + controller + ", which v1 does not have here",
          "name the path alone");
  }
  return {};
}

// A group that has handed its controllers down takes no process. A container that manages its own
// groups (one with systemd) does that and moves itself into one of them: exec follows it there.
Result<void> FollowFirstProcess(const Context& context, const Hierarchy& unified) {
  ASSIGN_OR_RETURN(const std::string membership,
                   ReadFile("/proc/" + std::to_string(context.container.pid) + "/cgroup"));
  const std::string group = PathInHierarchy(unified, membership);
  const bool below = group.starts_with(context.container.cgroup.path + "/");
  if (!below) return Failure("the container's process is not in its groups");
  return AddProcess({unified}, group, context.pid);
}

}  // namespace

// A process that is cloned into its group of v2 need not be moved.
Result<void> OpenExecCgroup(Context& context) {
  const CgroupPlace& place = context.container.cgroup;
  if (place.path.empty()) {
    if (context.sub_groups.empty()) return {};
    return Failure("the container has no control group", "leave out --cgroup");
  }
  ASSIGN_OR_RETURN(context.hierarchies, FindHierarchies(place));
  RETURN_IF_ERROR(CheckControllers(context));
  for (const Hierarchy& hierarchy : context.hierarchies) {
    auto opened = OpenGroup(context, hierarchy, PathIn(context, hierarchy));
    if (opened.has_value()) continue;
    Error error = std::move(opened).error();
    return !context.sub_groups.empty() && error.number == ENOENT
               ? std::move(error).Hint("--cgroup has to name a group that exists")
               : error;
  }
  return {};
}

Result<void> JoinExecCgroups(Context& context) {
  for (const Hierarchy& hierarchy : context.hierarchies) {
    if (hierarchy.version == 1) continue;  // into which it moves itself
    auto joined = AddProcess({hierarchy}, PathIn(context, hierarchy), context.pid);
    if (joined.has_value()) continue;
    Error error = std::move(joined).error();
    const bool handed_down = error.number == EBUSY || error.number == EOPNOTSUPP;
    if (context.sub_groups.empty() && handed_down &&
        FollowFirstProcess(context, hierarchy).has_value())
      continue;
    return error;
  }
  return {};
}

}  // namespace loadline::runtime
