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
Result<UniqueFd> OpenNullDevice(int root) {
  ASSIGN_OR_RETURN(UniqueFd device, OpenInRoot(root, "dev/null", O_PATH | O_NOFOLLOW));
  struct stat info {};
  if (fstat(device.get(), &info) != 0) return CallError("fstat", "/dev/null");
  if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, 3))
    return Failure("/dev/null of the container is another file, so nothing can be masked with it",
                   "remove what is mounted over it");
  return device;
}

Result<UniqueFd> EmptyDirectory(const std::string& label) {
  std::vector<std::string> options{"size=0", "mode=555"};
  if (!label.empty()) options.push_back("context=" + label);
  return NewFilesystem("tmpfs", "tmpfs", options, MOUNT_ATTR_RDONLY);
}

// What lies on masked paths: made once, and cloned from where it lies (before Linux 6.15 what lies
// nowhere cannot be).
class Covers {
 public:
  Covers(int root, std::string label) : root_(root), label_(std::move(label)) {}

  Result<void> Lay(int target, bool is_directory) {
    if (is_directory && !directory_) {
      ASSIGN_OR_RETURN(directory_, EmptyDirectory(label_));
      return Attach(directory_.get(), target);
    }
    if (!is_directory && !file_) {
      ASSIGN_OR_RETURN(file_, OpenNullDevice(root_));
    }
    ASSIGN_OR_RETURN(const UniqueFd cover,
                     CloneTree((is_directory ? directory_ : file_).get(), "", false));
    return Attach(cover.get(), target);
  }

 private:
  int root_;
  std::string label_;
  UniqueFd directory_, file_;
};

}  // namespace

Result<void> MaskPathsInChild(Context& context) {
  const ClosesTogether together;
  Covers covers(context.root.get(), context.config.linux_spec.mount_label);
  for (const std::string& path : context.config.linux_spec.masked_paths) {
    auto target = OpenInRoot(context.root.get(), path, O_PATH | O_DIRECTORY);
    const bool is_directory = target.has_value();
    if (!is_directory && target.error().number == ENOTDIR)
      target = OpenInRoot(context.root.get(), path, O_PATH);
    if (!target.has_value()) {
      if (IsAbsent(target.error())) continue;
      return std::move(target).error();
    }
    RETURN_IF_ERROR(covers.Lay(target->get(), is_directory));
  }
  return {};
}

Result<void> ProtectPathsInChild(Context& context) {
  const ClosesTogether together;
  for (const std::string& path : context.config.linux_spec.readonly_paths) {
    auto target = OpenInRoot(context.root.get(), path, O_PATH);
    if (!target.has_value()) {
      if (IsAbsent(target.error())) continue;
      return std::move(target).error();
    }
    ASSIGN_OR_RETURN(const UniqueFd tree, CloneTree(target->get(), "", true, MOUNT_ATTR_RDONLY));
    RETURN_IF_ERROR(Attach(tree.get(), target->get()));
  }
  return {};
}

}  // namespace loadline::runtime
