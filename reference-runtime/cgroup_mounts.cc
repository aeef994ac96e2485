// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup_mounts.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

std::string JoinedName(const Hierarchy& hierarchy) {
  std::string name;
  for (const std::string& controller : hierarchy.controllers)
    name += (name.empty() ? "" : ",") + controller;
  return name.starts_with("name=") ? name.substr(5) : name;
}

// The path of this process in a hierarchy, below what is mounted of it.
std::string OwnPath(const Hierarchy& hierarchy, const std::string& membership) {
  const std::string needle = ":" + hierarchy.controllers[0];
  size_t line = 0;
  while (line < membership.size()) {
    const size_t end = membership.find('\n', line);
    const std::string entry = membership.substr(line, end - line);
    line = end == std::string::npos ? membership.size() : end + 1;
    const size_t path = entry.rfind(':');
    if ((entry.substr(0, path) + ",").find(needle + ",") == std::string::npos) continue;
    std::string own = entry.substr(path + 1);
    if (hierarchy.root != "/" && own.starts_with(hierarchy.root))
      own = own.substr(hierarchy.root.size());
    return own == "/" ? "" : own;
  }
  return "";
}

}  // namespace

Result<void> MountCgroups(const Context& context, const MountSpec& mount,
                          const MountRequest& request) {
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies());
  ASSIGN_OR_RETURN(const std::string membership, ReadFile("/proc/self/cgroup"));
  ASSIGN_OR_RETURN(const UniqueFd target,
                   MakeDirectoriesInRoot(context.root.get(), mount.destination, 0755));
  const uint64_t attributes = request.set & ~static_cast<uint64_t>(MOUNT_ATTR_RDONLY);
  ASSIGN_OR_RETURN(const UniqueFd top, NewFilesystem("tmpfs", "tmpfs", {"mode=755"}, attributes));
  const bool own_namespace = context.config.linux_spec.Has(CLONE_NEWCGROUP);
  for (const Hierarchy& hierarchy : hierarchies) {
    const std::string name = JoinedName(hierarchy);
    if (mkdirat(top.get(), name.c_str(), 0755) != 0) return CallError("mkdirat", name);
    for (const std::string& controller : hierarchy.controllers) {
      if (controller != name && !controller.starts_with("name=") &&
          symlinkat(name.c_str(), top.get(), controller.c_str()) != 0)
        return CallError("symlinkat", controller);
    }
  }
  RETURN_IF_ERROR(Attach(top.get(), target.get()));
  for (const Hierarchy& hierarchy : hierarchies) {
    const std::string name = JoinedName(hierarchy);
    ASSIGN_OR_RETURN(const UniqueFd place, OpenAt(top.get(), name, O_PATH | O_DIRECTORY));
    // In a cgroup namespace the filesystem shows the namespace's root; otherwise the container's
    // directory is bound.
    auto tree =
        own_namespace
            ? NewFilesystem("cgroup", "cgroup", hierarchy.controllers, request.set)
            : CloneTree(AT_FDCWD, hierarchy.mount_point + OwnPath(hierarchy, membership), false);
    if (!tree.has_value()) return std::move(tree).error();
    if (!own_namespace)
      RETURN_IF_ERROR(SetAttributes(tree->get(), request.set, request.clear, false));
    RETURN_IF_ERROR(Attach(tree->get(), place.get()));
  }
  return SetAttributes(top.get(), request.set & MOUNT_ATTR_RDONLY, 0, false);
}

}  // namespace loadline::runtime
