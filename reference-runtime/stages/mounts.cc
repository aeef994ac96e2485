// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/mounts: every entry, in the order of the list.
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "reference-runtime/cgroup_mounts.h"
#include "reference-runtime/copy_up.h"
#include "reference-runtime/id_map.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

bool IsDirectory(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
}

// The place to mount on, made when it is missing: a directory, or an empty file for the bind of a
// file.
Result<UniqueFd> OpenDestination(const UniqueFd& root, const std::string& destination,
                                 bool directory) {
  if (directory) return MakeDirectoriesInRoot(root.get(), destination, 0755);
  auto existing = OpenInRoot(root.get(), destination, O_PATH);
  if (existing.has_value() || existing.error().number != ENOENT) return existing;
  const size_t slash = destination.rfind('/');
  const std::string parent =
      slash == std::string::npos || slash == 0 ? "/" : destination.substr(0, slash);
  ASSIGN_OR_RETURN(const UniqueFd above, MakeDirectoriesInRoot(root.get(), parent, 0755));
  (void)above;
  ASSIGN_OR_RETURN(const UniqueFd made,
                   OpenInRoot(root.get(), destination, O_RDONLY | O_CREAT, 0644));
  (void)made;
  return OpenInRoot(root.get(), destination, O_PATH);
}

// A bind source: relative paths start at the bundle.
Result<UniqueFd> CloneSource(const Context& context, const MountSpec& mount,
                             const MountRequest& request) {
  const std::string source =
      mount.source.starts_with('/') ? mount.source : context.container.bundle + "/" + mount.source;
  return CloneTree(AT_FDCWD, source, request.recursive_bind);
}

Result<UniqueFd> MakeDetached(const Context& context, const MountSpec& mount,
                              const MountRequest& request) {
  if (request.bind) {
    ASSIGN_OR_RETURN(UniqueFd tree, CloneSource(context, mount, request));
    RETURN_IF_ERROR(SetAttributes(tree.get(), request.set, request.clear, false));
    return tree;
  }
  return NewFilesystem(mount.type, mount.source.empty() ? mount.type : mount.source,
                       request.superblock,
                       request.copy_up ? request.set & ~uint64_t{MOUNT_ATTR_RDONLY} : request.set);
}

Result<void> Remount(const Context& context, const MountSpec& mount, const MountRequest& request) {
  ASSIGN_OR_RETURN(const UniqueFd target,
                   OpenInRoot(context.root.get(), mount.destination, O_PATH));
  RETURN_IF_ERROR(SetAttributes(target.get(), request.set, request.clear, false));
  RETURN_IF_ERROR(
      SetAttributes(target.get(), request.recursive_set, request.recursive_clear, true));
  // With bind, a remount is about this mount and not about its filesystem.
  if (!request.bind && !request.superblock.empty())
    RETURN_IF_ERROR(Reconfigure(target.get(), request.superblock));
  return {};
}

Result<void> MountOne(const Context& context, const MountSpec& mount) {
  const MountRequest request = ParseMountOptions(mount.options);
  if (request.remount) return Remount(context, mount, request);
  if ((mount.type == "cgroup" || mount.type == "cgroup2") && !request.bind)
    return MountCgroups(context, mount, request);
  if (!request.bind && mount.type.empty())
    return Failure("the mount has neither a type nor the option bind", "add one of them");
  ASSIGN_OR_RETURN(const UniqueFd tree, MakeDetached(context, mount, request));
  const bool is_directory = !request.bind || IsDirectory(tree.get());
  ASSIGN_OR_RETURN(const UniqueFd target,
                   OpenDestination(context.root, mount.destination, is_directory));
  if (request.idmap || !mount.uid_mappings.empty())
    RETURN_IF_ERROR(IdMapMount(context, mount, tree.get(), request.recursive_idmap));
  if (request.copy_up) {
    RETURN_IF_ERROR(CopyUp(target.get(), tree.get()));
    RETURN_IF_ERROR(SetAttributes(tree.get(), request.set & MOUNT_ATTR_RDONLY, 0, false));
  }
  RETURN_IF_ERROR(SetAttributes(tree.get(), request.recursive_set, request.recursive_clear, true));
  RETURN_IF_ERROR(Attach(tree.get(), target.get()));
  // A fresh mount is private whatever the mount below it is, unless an option says otherwise.
  for (const auto& [propagation, recursive] : request.propagation)
    RETURN_IF_ERROR(SetPropagation(tree.get(), propagation, recursive));
  return {};
}

}  // namespace

Result<void> MountInChild(Context& context) {
  for (const MountSpec& mount : context.config.mounts) {
    auto done = MountOne(context, mount);
    if (done.has_value()) continue;
    Error error = std::move(done).error();
    error.what = "mounting " + mount.destination + (error.what.empty() ? "" : ": " + error.what);
    return error;
  }
  return {};
}

}  // namespace loadline::runtime
