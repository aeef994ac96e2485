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

constexpr const char* kDev = "/dev";

// A link is made only when what it leads to exists in the container.
enum class Source { kTerminals, kDescriptors };

struct Link {
  const char* target;
  const char* name;
  Source source;
};

constexpr Link kLinks[] = {
    {"pts/ptmx", "ptmx", Source::kTerminals},
    {"/proc/self/fd", "fd", Source::kDescriptors},
    {"/proc/self/fd/0", "stdin", Source::kDescriptors},
    {"/proc/self/fd/1", "stdout", Source::kDescriptors},
    {"/proc/self/fd/2", "stderr", Source::kDescriptors},
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
  ASSIGN_OR_RETURN(const UniqueFd target,
                   OpenInRoot(context.root.get(), device.path,
                              O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644));
  ASSIGN_OR_RETURN(const UniqueFd tree, CloneTree(AT_FDCWD, device.path, false));
  struct stat info {};
  if (fstat(tree.get(), &info) != 0) return CallError("fstat", device.path);
  if (!IsSameDevice(info, device))
    return Failure(device.path + " of the host is another device, and none can be made here",
                   "leave the device out, or the user namespace");
  return Attach(tree.get(), target.get());
}

// oci-runtime/config-linux/devices: a file that is not the requested device is an error; the same
// one may stay.
Result<void> CheckIsSame(int parent, const std::string& name, const DeviceSpec& device) {
  struct stat info {};
  if (fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
    return CallError("fstatat", device.path);
  if (IsSameDevice(info, device)) return {};
  return Failure(device.path + " exists and is another file",
                 "remove it from the root filesystem, or leave the device out");
}

// `parent` is the directory that holds it.
Result<void> MakeDevice(const Context& context, const DeviceSpec& device, int parent) {
  const std::string name = ParentAndName(device.path).second;
  // Pipes are no devices: a user namespace may make them.
  const bool in_user_namespace =
      context.config.linux_spec.Has(CLONE_NEWUSER) && device.type != S_IFIFO;
  const bool made = !in_user_namespace && mknodat(parent, name.c_str(), device.type | device.mode,
                                                  makedev(device.major, device.minor)) == 0;
  if (!made) {
    if (!in_user_namespace && errno != EEXIST && errno != EPERM)
      return CallError("mknodat", device.path);
    const bool is_there = faccessat(parent, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_there) return BindHostDevice(context, device);
    RETURN_IF_ERROR(CheckIsSame(parent, name, device));
  }
  if (!made && fchmodat(parent, name.c_str(), device.mode, 0) != 0)
    return CallError("fchmodat", device.path);
  if ((!made || device.uid != 0 || device.gid != 0) &&
      fchownat(parent, name.c_str(), device.uid, device.gid, AT_SYMLINK_NOFOLLOW) != 0)
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

// What is made has the modes that are asked for, and not what the umask leaves of them.
class WithoutUmask {
 public:
  WithoutUmask() : before_(umask(0)) {}
  ~WithoutUmask() { umask(before_); }

 private:
  mode_t before_;
};

// A link of the image could lead into what the caller has bound elsewhere.
Result<void> OpenDev(Context& context) {
  if (context.dev) return {};
  ASSIGN_OR_RETURN(context.dev, OpenPlainDirectory(context.root.get(), kDev));
  return {};
}

}  // namespace

Result<void> MakeDefaultDevicesInChild(Context& context) {
  if (!Applies(context) || DevIsBound(context)) return {};
  RETURN_IF_ERROR(OpenDev(context));
  const WithoutUmask open;
  for (const DeviceSpec& device : kDefaultDevices) {
    if (Configured(context, device.path)) continue;
    RETURN_IF_ERROR(MakeDevice(context, device, context.dev.get()));
  }
  return {};
}

Result<void> MakeDefaultLinksInChild(Context& context) {
  if (!Applies(context) || DevIsBound(context)) return {};
  const ClosesTogether together;
  RETURN_IF_ERROR(OpenDev(context));
  const UniqueFd dev = std::move(context.dev);
  const auto is_there = [&](const char* path) {
    return OpenInRoot(context.root.get(), path, O_PATH).has_value();
  };
  const bool has_terminals = is_there("/dev/pts/ptmx");
  const bool has_descriptors = is_there("/proc/self/fd");
  for (const Link& link : kLinks) {
    if (!(link.source == Source::kTerminals ? has_terminals : has_descriptors)) continue;
    if (symlinkat(link.target, dev.get(), link.name) != 0 && errno != EEXIST)
      return CallError("symlinkat", std::string(kDev) + "/" + link.name);
  }
  return {};
}

Result<void> MakeDevicesInChild(Context& context) {
  const WithoutUmask open;
  for (const DeviceSpec& device : context.config.linux_spec.devices) {
    ASSIGN_OR_RETURN(
        const UniqueFd parent,
        MakeDirectoriesInRoot(context.root.get(), ParentAndName(device.path).first, 0755));
    RETURN_IF_ERROR(MakeDevice(context, device, parent.get()));
  }
  return {};
}

}  // namespace loadline::runtime
