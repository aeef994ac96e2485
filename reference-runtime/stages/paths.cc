// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/masked-paths and readonly-paths. After pivot_root, so a path means what
// it means in the container.
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "base/files.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// The paths need not exist; one that is not there needs no protection.
bool IsAbsent(const Error& error) { return error.number == ENOENT || error.number == ENOTDIR; }

// The container's null device, to lie on files. Whatever else stands in its place would show
// through the mask.
Result<UniqueFd> CloneNullDevice(int root) {
  ASSIGN_OR_RETURN(const UniqueFd device, OpenInRoot(root, "dev/null", O_PATH | O_NOFOLLOW));
  struct stat info {};
  if (fstat(device.get(), &info) != 0) return CallError("fstat", "/dev/null");
  if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, 3))
    return Failure("/dev/null of the container is another file, so nothing can be masked with it",
                   "remove what is mounted over it");
  return CloneTree(device.get(), "", false);
}

Result<UniqueFd> EmptyDirectory(const std::string& label) {
  std::vector<std::string> options{"size=0", "mode=555"};
  if (!label.empty()) options.push_back("context=" + label);
  return NewFilesystem("tmpfs", "tmpfs", options, MOUNT_ATTR_RDONLY);
}

}  // namespace

Result<void> MaskPathsInChild(Context& context) {
  for (const std::string& path : context.config.linux_spec.masked_paths) {
    auto target = OpenInRoot(context.root.get(), path, O_PATH);
    if (!target.has_value()) {
      if (IsAbsent(target.error())) continue;
      return std::move(target).error();
    }
    struct stat info {};
    if (fstat(target->get(), &info) != 0) return CallError("fstat", path);
    auto cover = S_ISDIR(info.st_mode) ? EmptyDirectory(context.config.linux_spec.mount_label)
                                       : CloneNullDevice(context.root.get());
    if (!cover.has_value()) return std::move(cover).error();
    RETURN_IF_ERROR(Attach(cover->get(), target->get()));
  }
  return {};
}

Result<void> ProtectPathsInChild(Context& context) {
  for (const std::string& path : context.config.linux_spec.readonly_paths) {
    auto target = OpenInRoot(context.root.get(), path, O_PATH);
    if (!target.has_value()) {
      if (IsAbsent(target.error())) continue;
      return std::move(target).error();
    }
    ASSIGN_OR_RETURN(const UniqueFd tree, CloneTree(target->get(), "", true));
    RETURN_IF_ERROR(SetAttributes(tree.get(), MOUNT_ATTR_RDONLY, 0, true));
    RETURN_IF_ERROR(Attach(tree.get(), target->get()));
  }
  return {};
}

}  // namespace loadline::runtime
