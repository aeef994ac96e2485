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

// In a cgroup namespace the filesystem shows the namespace's root; otherwise the container's
// directory is bound.
Result<UniqueFd> MakeDetached(const Context& context, const Hierarchy& hierarchy,
                              const std::string& membership, const MountRequest& request) {
  if (context.config.linux_spec.Has(CLONE_NEWCGROUP)) {
    if (hierarchy.version == 1)
      return NewFilesystem("cgroup", "cgroup", hierarchy.controllers, request.set);
    // The flags belong to the tree and not to the mount: those that it has are kept.
    return NewFilesystem("cgroup2", "cgroup", hierarchy.options, request.set);
  }
  ASSIGN_OR_RETURN(
      UniqueFd tree,
      CloneTree(AT_FDCWD, hierarchy.mount_point + PathInHierarchy(hierarchy, membership), false));
  RETURN_IF_ERROR(SetAttributes(tree.get(), request.set, request.clear, false));
  return tree;
}

Result<void> MountV1(const Context& context, const MountSpec& mount, const MountRequest& request,
                     const std::vector<Hierarchy>& hierarchies, const std::string& membership) {
  ASSIGN_OR_RETURN(const UniqueFd target,
                   MakeDirectoriesInRoot(context.root.get(), mount.destination, 0755));
  const uint64_t attributes = request.set & ~static_cast<uint64_t>(MOUNT_ATTR_RDONLY);
  ASSIGN_OR_RETURN(const UniqueFd top, NewFilesystem("tmpfs", "tmpfs", {"mode=755"}, attributes));
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
    ASSIGN_OR_RETURN(const UniqueFd tree, MakeDetached(context, hierarchy, membership, request));
    RETURN_IF_ERROR(Attach(tree.get(), place.get()));
  }
  return SetAttributes(top.get(), request.set & MOUNT_ATTR_RDONLY, 0, false);
}

Result<void> MountV2(const Context& context, const MountSpec& mount, const MountRequest& request,
                     const Hierarchy& hierarchy, const std::string& membership) {
  ASSIGN_OR_RETURN(const UniqueFd target,
                   MakeDirectoriesInRoot(context.root.get(), mount.destination, 0755));
  ASSIGN_OR_RETURN(const UniqueFd tree, MakeDetached(context, hierarchy, membership, request));
  return Attach(tree.get(), target.get());
}

}  // namespace

Result<void> MountCgroups(const Context& context, const MountSpec& mount,
                          const MountRequest& request) {
  ASSIGN_OR_RETURN(auto hierarchies, FindHierarchies(mount.type == "cgroup2"));
  ASSIGN_OR_RETURN(const std::string membership, ReadFile("/proc/self/cgroup"));
  const Hierarchy* unified = FindUnified(hierarchies);
  if (unified != nullptr) return MountV2(context, mount, request, *unified, membership);
  if (mount.type == "cgroup2")
    return Failure("cgroup v2 is not mounted on this host", "use a mount of the type cgroup");
  return MountV1(context, mount, request, hierarchies, membership);
}

}  // namespace loadline::runtime
