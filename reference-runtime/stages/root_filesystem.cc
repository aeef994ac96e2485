// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/root: the container's root filesystem.
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

struct Propagation {
  std::string_view name;
  uint64_t flag;
  bool recursive;
};

constexpr Propagation kPropagations[] = {
    {"private", MS_PRIVATE, false},       {"rprivate", MS_PRIVATE, true},
    {"shared", MS_SHARED, false},         {"rshared", MS_SHARED, true},
    {"slave", MS_SLAVE, false},           {"rslave", MS_SLAVE, true},
    {"unbindable", MS_UNBINDABLE, false}, {"runbindable", MS_UNBINDABLE, true},
};

// A joined mount namespace has its root already; without one of its own the container must not
// change the caller's mounts.
bool OwnsMounts(const Context& context) { return context.config.linux_spec.Makes(CLONE_NEWNS); }

bool AsksForShared(const MountRequest& request) {
  return request.bind && std::any_of(request.propagation.begin(), request.propagation.end(),
                                     [](const auto& one) { return one.first == MS_SHARED; });
}

// What is to be shared with the caller has to be copied while it still is: where engines ask for
// that, they make the root filesystem shared as well.
Result<void> CopySharedSources(Context& context) {
  const auto& mounts = context.config.mounts;
  if (context.config.linux_spec.rootfs_propagation.find("shared") == std::string::npos) return {};
  context.mount_trees.resize(mounts.size());
  for (size_t i = 0; i < mounts.size(); ++i) {
    const MountRequest request = ParseMountOptions(mounts[i].options);
    if (context.mount_trees[i] || !AsksForShared(request)) continue;
    ASSIGN_OR_RETURN(context.mount_trees[i], CloneSource(context, mounts[i], request));
  }
  return {};
}

}  // namespace

// Nothing that is mounted from here on may reach the caller's mount namespace. A slave still learns
// what is mounted there.
Result<void> IsolateMountsInChild(Context& context) {
  if (!OwnsMounts(context)) return {};
  RETURN_IF_ERROR(CopySharedSources(context));
  const bool slave =
      context.config.linux_spec.rootfs_propagation.find("slave") != std::string::npos;
  if (mount(nullptr, "/", nullptr, MS_REC | (slave ? MS_SLAVE : MS_PRIVATE), nullptr) != 0)
    return CallError("mount", "/, propagation");
  return {};
}

// pivot_root wants a mount point, so the root filesystem is bound onto itself.
Result<void> PrepareRootInChild(Context& context) {
  const std::string path = context.config.root_path + "/.";  // of a directory and nothing else
  auto root =
      OwnsMounts(context) ? CloneTree(AT_FDCWD, path, true) : Open(path, O_PATH | O_DIRECTORY);
  if (!root.has_value())
    return std::move(root).error().Hint("/root/path of config.json has to name a directory");
  context.root = std::move(root).value();
  return OwnsMounts(context) ? Attach(context.root.get(), AT_FDCWD, path) : Result<void>();
}

Result<void> PivotRootInChild(Context& context) {
  if (context.config.linux_spec.Has(CLONE_NEWNS) && !OwnsMounts(context)) return {};
  if (context.no_pivot && OwnsMounts(context)) return {};  // the stage before has moved it
  if (fchdir(context.root.get()) != 0) return CallError("fchdir", context.config.root_path);
  if (!OwnsMounts(context)) {
    if (chroot(".") != 0) return CallError("chroot", context.config.root_path);
  } else {
    // The old root comes to lie on top of the new one and is taken away from there; no directory
    // has to be made for it. The caller's mounts stay: the stage mount-isolation cut them off.
    if (syscall(SYS_pivot_root, ".", ".") != 0)
      return CallError("pivot_root", context.config.root_path);
    if (umount2(".", MNT_DETACH) != 0) return CallError("umount2", "the old root");
  }
  return {};  // the working directory and the descriptor of the root are the new root by now
}

// oci-runtime/config-linux/rootfs-mount-propagation
Result<void> PropagateRootInChild(Context& context) {
  const std::string& wanted = context.config.linux_spec.rootfs_propagation;
  if (wanted.empty() || !OwnsMounts(context)) return {};
  const auto* found = std::find_if(std::begin(kPropagations), std::end(kPropagations),
                                   [&](const Propagation& entry) { return entry.name == wanted; });
  if (found == std::end(kPropagations))
    return Failure("linux.rootfsPropagation \"" + wanted + "\" is not known",
                   "use shared, slave, private or unbindable");
  return SetPropagation(context.root.get(), found->flag, found->recursive);
}

// oci-runtime/config/root/readonly
Result<void> ProtectRootInChild(Context& context) {
  if (!context.config.root_readonly) return {};
  return SetAttributes(context.root.get(), MOUNT_ATTR_RDONLY, 0, false);
}

}  // namespace loadline::runtime
