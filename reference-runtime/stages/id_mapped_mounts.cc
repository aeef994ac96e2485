// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/mounts/id-mapped: what has to be done before the container's process is in its
// user namespace, where it may not map the ids of the host's filesystems.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "base/files.h"
#include "reference-runtime/id_map.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/mount_options.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// own-mappings-used, container-mappings and missing-errors
Result<UniqueFd> MappingOf(const MountSpec& mount, const LinuxSpec& spec) {
  if (!mount.uid_mappings.empty()) return MakeUserNamespace(mount.uid_mappings, mount.gid_mappings);
  const NamespaceSpec* container = spec.Find(CLONE_NEWUSER);
  if (container == nullptr)
    return Failure("the mount at " + mount.destination + " is to be id-mapped without mappings",
                   "give it uidMappings and gidMappings, or the container a user namespace");
  if (!container->path.empty()) return Open(container->path, O_RDONLY);
  return MakeUserNamespace(spec.uid_mappings, spec.gid_mappings);
}

}  // namespace

Result<void> MakeMountIdMaps(Context& context) {
  const std::vector<MountSpec>& mounts = context.config.mounts;
  context.mount_user_namespaces.resize(mounts.size());
  context.mount_trees.resize(mounts.size());
  for (size_t i = 0; i < mounts.size(); ++i) {
    const MountRequest request = ParseMountOptions(mounts[i].options);
    if (!request.idmap && mounts[i].uid_mappings.empty()) continue;
    ASSIGN_OR_RETURN(UniqueFd mapping, MappingOf(mounts[i], context.config.linux_spec));
    if (!request.bind) {  // a filesystem of the container's own
      context.mount_user_namespaces[i] = std::move(mapping);
      continue;
    }
    ASSIGN_OR_RETURN(UniqueFd tree, CloneSource(context, mounts[i], request));
    // Here the copy still shares what is mounted below it with the caller; see mount-isolation.
    RETURN_IF_ERROR(SetPropagation(tree.get(), MS_PRIVATE, true));
    auto mapped = SetIdMap(tree.get(), mapping.get(), request.recursive_idmap);
    if (!mapped.has_value()) {
      Error error = std::move(mapped).error();
      error.what = "mapping the ids of " + mounts[i].source;
      return std::move(error).Hint(
          "its filesystem, or one below it, may not know id-mapped mounts; mapping needs "
          "CAP_SYS_ADMIN where the filesystem was mounted");
    }
    context.mount_trees[i] = std::move(tree);
  }
  return {};
}

}  // namespace loadline::runtime
