// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/devices, default-devices, and runtime-linux's symbolic links in /dev.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

const DeviceSpec kDefaultDevices[] = {
    {"/dev/null", S_IFCHR, 1, 3}, {"/dev/zero", S_IFCHR, 1, 5},   {"/dev/full", S_IFCHR, 1, 7},
    {"/dev/tty", S_IFCHR, 5, 0},  {"/dev/random", S_IFCHR, 1, 8}, {"/dev/urandom", S_IFCHR, 1, 9},
};

struct Link {
  const char* target;
  const char* path;
  const char* source;  // made only when this exists in the container
};

constexpr Link kLinks[] = {
    {"pts/ptmx", "/dev/ptmx", "/dev/pts/ptmx"},
    {"/proc/self/fd", "/dev/fd", "/proc/self/fd"},
    {"/proc/self/fd/0", "/dev/stdin", "/proc/self/fd"},
    {"/proc/self/fd/1", "/dev/stdout", "/proc/self/fd"},
    {"/proc/self/fd/2", "/dev/stderr", "/proc/self/fd"},
};

bool IsSameDevice(const struct stat& info, const DeviceSpec& device) {
  if ((info.st_mode & S_IFMT) != device.type) return false;
  return device.type == S_IFIFO || info.st_rdev == makedev(device.major, device.minor);
}

std::pair<std::string, std::string> ParentAndName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

// Where nodes cannot be made (a user namespace), the caller's node of that name is bound.
Result<void> BindHostDevice(const Context& context, const DeviceSpec& device) {
  ASSIGN_OR_RETURN(const UniqueFd made,
                   OpenInRoot(context.root.get(), device.path,
                              O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644));
  (void)made;
  ASSIGN_OR_RETURN(const UniqueFd target, OpenInRoot(context.root.get(), device.path, O_PATH));
  ASSIGN_OR_RETURN(const UniqueFd tree, CloneTree(AT_FDCWD, device.path, false));
  struct stat info {};
  if (fstat(tree.get(), &info) != 0) return CallError("fstat", device.path);
  if (!IsSameDevice(info, device))
    return Failure(device.path + " of the host is another device, and none can be made here",
                   "leave the device out, or the user namespace");
  return Attach(tree.get(), target.get());
}

Result<void> MakeDevice(const Context& context, const DeviceSpec& device) {
  const auto [parent_path, name] = ParentAndName(device.path);
  ASSIGN_OR_RETURN(const UniqueFd parent,
                   MakeDirectoriesInRoot(context.root.get(), parent_path, 0755));
  struct stat info {};
  if (fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    // oci-runtime/config-linux/devices: a file that is not the requested device is an error; the
    // same one may stay.
    if (!IsSameDevice(info, device))
      return Failure(device.path + " exists and is another file",
                     "remove it from the root filesystem, or leave the device out");
  } else {
    // Pipes are no devices: a user namespace may make them.
    const bool bind = context.config.linux_spec.Has(CLONE_NEWUSER) && device.type != S_IFIFO;
    if (bind) return BindHostDevice(context, device);
    if (mknodat(parent.get(), name.c_str(), device.type | device.mode,
                makedev(device.major, device.minor)) != 0) {
      if (errno == EPERM) return BindHostDevice(context, device);
      return CallError("mknodat", device.path);
    }
  }
  // mknod obeys the umask; the config does not.
  if (fchmodat(parent.get(), name.c_str(), device.mode, 0) != 0)
    return CallError("fchmodat", device.path);
  if (fchownat(parent.get(), name.c_str(), device.uid, device.gid, AT_SYMLINK_NOFOLLOW) != 0)
    return CallError("fchownat", device.path);
  return {};
}

// Without a mount namespace of its own a container has the caller's /dev.
bool Applies(const Context& context) { return context.config.linux_spec.Makes(CLONE_NEWNS); }

// The caller's /dev bound into the container is not ours to change.
bool DevIsBound(const Context& context) {
  for (const MountSpec& mount : context.config.mounts) {
    const MountRequest request = ParseMountOptions(mount.options);
    if (CleanPath(mount.destination) == "/dev" && request.bind) return true;
  }
  return false;
}

bool Configured(const Context& context, const std::string& path) {
  for (const DeviceSpec& device : context.config.linux_spec.devices) {
    if (CleanPath(device.path) == path) return true;
  }
  return false;
}

}  // namespace

Result<void> MakeDefaultDevicesInChild(Context& context) {
  if (!Applies(context) || DevIsBound(context)) return {};
  for (const DeviceSpec& device : kDefaultDevices) {
    if (!Configured(context, device.path)) RETURN_IF_ERROR(MakeDevice(context, device));
  }
  return {};
}

Result<void> MakeDefaultLinksInChild(Context& context) {
  if (!Applies(context) || DevIsBound(context)) return {};
  for (const Link& link : kLinks) {
    if (!OpenInRoot(context.root.get(), link.source, O_PATH).has_value()) continue;
    const auto [parent_path, name] = ParentAndName(link.path);
    ASSIGN_OR_RETURN(const UniqueFd parent,
                     MakeDirectoriesInRoot(context.root.get(), parent_path, 0755));
    if (symlinkat(link.target, parent.get(), name.c_str()) != 0 && errno != EEXIST)
      return CallError("symlinkat", link.path);
  }
  return {};
}

Result<void> MakeDevicesInChild(Context& context) {
  for (const DeviceSpec& device : context.config.linux_spec.devices)
    RETURN_IF_ERROR(MakeDevice(context, device));
  return {};
}

}  // namespace loadline::runtime
