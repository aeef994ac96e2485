// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/mounts: every entry, in the order of the list.
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/files.h"
#include "reference-runtime/cgroup_mounts.h"
#include "reference-runtime/copy_up.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/rootless.h"
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
  return OpenInRoot(root.get(), destination, O_RDONLY | O_CREAT, 0644);
}

// What masks, read-only paths and labels say of /proc and /sys has to be about these filesystems,
// so no link of the image may send them elsewhere.
bool ShowsKernel(const std::string& type) { return type == "proc" || type == "sysfs"; }

// oci-runtime/config-linux/mount-label: these kinds of filesystem label their files by themselves.
bool TakesLabel(const std::string& type) {
  return type != "proc" && type != "sysfs" && type != "mqueue";
}

// What to ask the filesystem for.
std::vector<std::string> Options(const Context& context, const MountSpec& mount,
                                 const MountRequest& request) {
  std::vector<std::string> options = request.superblock;
  const std::string& label = context.config.linux_spec.mount_label;
  if (!label.empty() && TakesLabel(mount.type)) options.push_back("context=" + label);
  return options;
}

std::string SourceOf(const MountSpec& mount) {
  return mount.source.empty() ? mount.type : mount.source;
}

// Whether a new filesystem is all that is asked for: nothing about it is to be changed before or
// after it is attached.
bool IsNewAlone(const Context& context, size_t index, const MountRequest& request) {
  const auto& namespaces = context.mount_user_namespaces;
  return context.config.linux_spec.Makes(CLONE_NEWNS) && !request.bind && !request.copy_up &&
         request.recursive_set == 0 && request.recursive_clear == 0 &&
         request.propagation.empty() && (index >= namespaces.size() || !namespaces[index]);
}

// Where the caller's instance of a filesystem is, when a container in a user namespace may have no
// other: one that shares the namespace that the filesystem shows.
std::string CallersInstance(const Context& context, const std::string& type) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (!spec.Has(CLONE_NEWUSER) && !IsRootless(context)) return "";
  if (type == "sysfs") return "/sys";
  if (type == "mqueue") return "/dev/mqueue";
  if (type == "proc" && !spec.Has(CLONE_NEWPID)) return "/proc";
  return "";
}

// A filesystem for this container, or a copy of what is bound; id-mapped.
Result<UniqueFd> MakeDetached(Context& context, size_t index, const MountRequest& request) {
  const MountSpec& mount = context.config.mounts[index];
  if (request.bind) {
    UniqueFd tree;
    if (index < context.mount_trees.size()) tree = std::move(context.mount_trees[index]);
    if (!tree) {
      ASSIGN_OR_RETURN(tree, CloneSource(context, mount, request));
    }
    RETURN_IF_ERROR(SetAttributes(tree.get(), request.set, request.clear, false));
    return tree;
  }
  auto made =
      NewFilesystem(mount.type, SourceOf(mount), Options(context, mount, request),
                    request.copy_up ? request.set & ~uint64_t{MOUNT_ATTR_RDONLY} : request.set);
  if (!made.has_value()) {
    const std::string callers = CallersInstance(context, mount.type);
    if (made.error().number != EPERM || callers.empty()) return made;
    ASSIGN_OR_RETURN(UniqueFd tree, CloneTree(AT_FDCWD, callers, true));
    RETURN_IF_ERROR(SetAttributes(tree.get(), request.set, 0, true));
    return tree;
  }
  if (index < context.mount_user_namespaces.size() && context.mount_user_namespaces[index])
    RETURN_IF_ERROR(
        SetIdMap(made->get(), context.mount_user_namespaces[index].get(), request.recursive_idmap));
  return made;
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

bool Says(const MountRequest& request, std::string_view key) {
  return std::any_of(request.superblock.begin(), request.superblock.end(),
                     [&](const std::string& option) { return option.starts_with(key); });
}

// Whether there is a directory to cover, and options of a new tmpfs leave open what it has of it.
bool TakesLooks(const Context& context, const MountSpec& mount, const MountRequest& request) {
  if (mount.type != "tmpfs" || request.bind) return false;
  if (!request.copy_up && Says(request, "mode=")) return false;
  return OpenInRoot(context.root.get(), mount.destination, O_PATH).has_value();
}

// A new tmpfs has the mode of the directory that it covers, and with its content its owner, as far
// as no option says otherwise.
Result<void> LookLike(int covered, int tree, const MountRequest& request) {
  struct stat info {};
  if (fstat(covered, &info) != 0) return CallError("fstat", "the directory to cover");
  const std::string top = ProcPath(tree) + "/";
  const uid_t owner = Says(request, "uid=") ? uid_t(-1) : info.st_uid;
  const gid_t group = Says(request, "gid=") ? gid_t(-1) : info.st_gid;
  if (request.copy_up && chown(top.c_str(), owner, group) != 0)
    return CallError("chown", "the new tmpfs");
  if (!Says(request, "mode=") && chmod(top.c_str(), info.st_mode & 07777) != 0)
    return CallError("chmod", "the new tmpfs");
  return {};
}

Result<UniqueFd> OpenTarget(const Context& context, const MountSpec& mount,
                            const MountRequest& request, bool is_directory) {
  if (!request.bind && ShowsKernel(mount.type))
    return OpenPlainDirectory(context.root.get(), mount.destination);
  return OpenDestination(context.root, mount.destination, is_directory);
}

// Makes the mount before it attaches it: what is bound, and what has to be changed in between.
Result<void> MountDetached(Context& context, size_t index, const MountRequest& request) {
  const MountSpec& mount = context.config.mounts[index];
  ASSIGN_OR_RETURN(const UniqueFd tree, MakeDetached(context, index, request));
  const bool is_directory = !request.bind || IsDirectory(tree.get());
  const bool looks_like = TakesLooks(context, mount, request);
  ASSIGN_OR_RETURN(const UniqueFd target, OpenTarget(context, mount, request, is_directory));
  if (looks_like) RETURN_IF_ERROR(LookLike(target.get(), tree.get(), request));
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

Result<void> MountOne(Context& context, size_t index) {
  const MountSpec& mount = context.config.mounts[index];
  const MountRequest request = ParseMountOptions(mount.options);
  if (request.remount) return Remount(context, mount, request);
  if ((mount.type == "cgroup" || mount.type == "cgroup2") && !request.bind)
    return MountCgroups(context, mount, request);
  if (!request.bind && mount.type.empty())
    return Failure("the mount has neither a type nor the option bind", "add one of them");
  if (IsNewAlone(context, index, request) && !TakesLooks(context, mount, request)) {
    ASSIGN_OR_RETURN(const UniqueFd target, OpenTarget(context, mount, request, true));
    if (MountNewFilesystem(target.get(), mount.type, SourceOf(mount),
                           Options(context, mount, request), request.set))
      return {};
  }
  return MountDetached(context, index, request);
}

}  // namespace

Result<UniqueFd> OpenPlainDirectory(int root, const std::string& destination) {
  const std::string place = CleanPath("/" + destination);
  auto there = OpenInRoot(root, place, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!there.has_value() && there.error().number == ENOENT) {
    RETURN_IF_ERROR(MakeDirectoriesInRoot(root, place, 0755));
    there = OpenInRoot(root, place, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  }
  if (there.has_value()) return there;
  return std::move(there).error().Hint("it has to be a directory in the root filesystem");
}

// A bind source: relative paths start at the bundle.
Result<UniqueFd> CloneSource(const Context& context, const MountSpec& mount,
                             const MountRequest& request) {
  const std::string source =
      mount.source.starts_with('/') ? mount.source : context.container.bundle + "/" + mount.source;
  return CloneTree(AT_FDCWD, source, request.recursive_bind);
}

Result<void> MountInChild(Context& context) {
  const ClosesTogether together;
  for (size_t i = 0; i < context.config.mounts.size(); ++i) {
    auto done = MountOne(context, i);
    if (done.has_value()) continue;
    Error error = std::move(done).error();
    error.what = "mounting " + context.config.mounts[i].destination +
                 (error.what.empty() ? "" : ": " + error.what);
    return error;
  }
  return {};
}

}  // namespace loadline::runtime
