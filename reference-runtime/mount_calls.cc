// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/mount_calls.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"

namespace loadline::runtime {
namespace {

// open_tree_attr(2), of Linux 6.15: both calls in one. Older ones refuse it, and whatever else it
// refuses the two calls explain.
constexpr long kOpenTreeAttr = 467;

// What the filesystem says about a refusal, when it says anything.
std::string ReadLog(int context) {
  std::string line(512, '\0');
  const ssize_t count = read(context, line.data(), line.size());
  line.resize(count > 2 ? static_cast<size_t>(count) : 0);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line.empty() ? line : line.substr(2);  // without its "e "
}

Error ContextError(int context, const char* call, const std::string& arguments) {
  Error error = CallError(call, arguments);
  error.what = ReadLog(context);
  return error;
}

Result<void> Configure(int context, const std::string& option) {
  const size_t equals = option.find('=');
  const std::string key = option.substr(0, equals);
  long failed = 0;
  if (equals == std::string::npos) {
    failed = syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0);
  } else {
    failed = syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key.c_str(),
                     option.c_str() + equals + 1, 0);
  }
  if (failed == 0) return {};
  // A filesystem that lets nobody choose, such as tmpfs, is as it is: mount(2) would not tell.
  if (errno == EINVAL && (option == "acl" || option == "noacl")) return {};
  return ContextError(context, "fsconfig", option);
}

struct FlagOfAttribute {
  uint64_t attribute;
  unsigned long flag;
};

constexpr FlagOfAttribute kFlags[] = {
    {MOUNT_ATTR_RDONLY, MS_RDONLY},         {MOUNT_ATTR_NOSUID, MS_NOSUID},
    {MOUNT_ATTR_NODEV, MS_NODEV},           {MOUNT_ATTR_NOEXEC, MS_NOEXEC},
    {MOUNT_ATTR_NOATIME, MS_NOATIME},       {MOUNT_ATTR_STRICTATIME, MS_STRICTATIME},
    {MOUNT_ATTR_NODIRATIME, MS_NODIRATIME}, {MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW},
};

}  // namespace

bool MountNewFilesystem(int target, const std::string& type, const std::string& source,
                        const std::vector<std::string>& options, uint64_t attributes) {
  unsigned long flags = 0;
  for (const FlagOfAttribute& known : kFlags) {
    if ((attributes & known.attribute) != 0) flags |= known.flag;
  }
  std::string data;
  for (const std::string& option : options) {
    if (option.find(',') != std::string::npos) return false;  // one of several to mount(2)
    data += (data.empty() ? "" : ",") + option;
  }
  return mount(source.c_str(), ProcPath(target).c_str(), type.c_str(), flags, data.c_str()) == 0;
}

Result<UniqueFd> NewFilesystem(const std::string& type, const std::string& source,
                               const std::vector<std::string>& options, uint64_t attributes) {
  UniqueFd context(static_cast<int>(syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC)));
  if (!context) return CallError("fsopen", type);
  if (!source.empty() &&
      syscall(SYS_fsconfig, context.get(), FSCONFIG_SET_STRING, "source", source.c_str(), 0) != 0) {
    return ContextError(context.get(), "fsconfig", "source=" + source);
  }
  for (const std::string& option : options) RETURN_IF_ERROR(Configure(context.get(), option));
  if (syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return ContextError(context.get(), "fsconfig", "create " + type);
  UniqueFd mount(
      static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, attributes)));
  if (!mount) return ContextError(context.get(), "fsmount", type);
  return mount;
}

Result<void> Reconfigure(int mount, const std::vector<std::string>& options) {
  const UniqueFd context(
      static_cast<int>(syscall(SYS_fspick, mount, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH)));
  if (!context) return CallError("fspick");
  for (const std::string& option : options) RETURN_IF_ERROR(Configure(context.get(), option));
  if (syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) != 0)
    return ContextError(context.get(), "fsconfig", "reconfigure");
  return {};
}

Result<UniqueFd> CloneTree(int directory, const std::string& path, bool recursive,
                           uint64_t attributes) {
  const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0U) |
                         (path.empty() ? AT_EMPTY_PATH : 0U);
  if (attributes != 0) {
    mount_attr wanted{};
    wanted.attr_set = attributes;
    UniqueFd mount(static_cast<int>(
        syscall(kOpenTreeAttr, directory, path.c_str(), flags, &wanted, sizeof wanted)));
    if (mount) return mount;
  }
  UniqueFd mount(static_cast<int>(syscall(SYS_open_tree, directory, path.c_str(), flags)));
  if (!mount) return CallError("open_tree", path);
  RETURN_IF_ERROR(SetAttributes(mount.get(), attributes, 0, recursive));
  return mount;
}

Result<void> Attach(int mount, int target, const std::string& path) {
  const unsigned flags =
      MOVE_MOUNT_F_EMPTY_PATH | (path.empty() ? MOVE_MOUNT_T_EMPTY_PATH : MOVE_MOUNT_T_SYMLINKS);
  if (syscall(SYS_move_mount, mount, "", target, path.c_str(), flags) != 0)
    return CallError("move_mount", path);
  return {};
}

Result<void> SetAttributes(int mount, uint64_t set, uint64_t clear, bool recursive) {
  if (set == 0 && clear == 0) return {};
  mount_attr attributes{};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
              &attributes, sizeof attributes) != 0)
    return CallError("mount_setattr");
  return {};
}

Result<void> SetPropagation(int mount, uint64_t propagation, bool recursive) {
  mount_attr attributes{};
  attributes.propagation = propagation;
  if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
              &attributes, sizeof attributes) != 0)
    return CallError("mount_setattr", "propagation");
  return {};
}

Result<void> SetIdMap(int mount, int user_namespace, bool recursive) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(user_namespace);
  if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
              &attributes, sizeof attributes) != 0)
    return CallError("mount_setattr", "idmap");
  return {};
}

}  // namespace loadline::runtime
