// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/mount_options.h"

#include <linux/mount.h>
#include <sys/mount.h>

#include <algorithm>

namespace loadline::runtime {
namespace {

enum class Effect {
  kAttribute,    // sets `set`, clears `clear`
  kRecursive,    // the same for the mounts below it
  kPropagation,  // `set` is MS_SHARED …
  kSuperblock,   // a flag of the filesystem, as it is called there
  kNothing,      // the default, or without meaning on current kernels
  kBind,
  kRemount,
  kCopyUp,
  kIdmap,
};

struct Option {
  std::string_view name;
  Effect effect;
  uint64_t set = 0;
  uint64_t clear = 0;
  bool recursive = false;
};

constexpr uint64_t kAtime = MOUNT_ATTR__ATIME;
// What mount(8) implies where it lets a user mount.
constexpr uint64_t kByOwner = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
constexpr uint64_t kByUser = kByOwner | MOUNT_ATTR_NOEXEC;

// Those without a line in the standard's table are mount(8)'s, which keeps them to itself
// (oci-runtime/config/mounts/known-custom-option).
constexpr Option kOptions[] = {
    {"_netdev", Effect::kNothing},
    {"acl", Effect::kSuperblock},
    {"async", Effect::kSuperblock},
    {"atime", Effect::kAttribute, MOUNT_ATTR_RELATIME, kAtime},
    {"auto", Effect::kNothing},
    {"bind", Effect::kBind},
    {"defaults", Effect::kNothing},
    {"dev", Effect::kAttribute, 0, MOUNT_ATTR_NODEV},
    {"diratime", Effect::kAttribute, 0, MOUNT_ATTR_NODIRATIME},
    {"dirsync", Effect::kSuperblock},
    {"exec", Effect::kAttribute, 0, MOUNT_ATTR_NOEXEC},
    {"group", Effect::kAttribute, kByOwner},
    {"idmap", Effect::kIdmap},
    {"iversion", Effect::kNothing},  // the filesystem's own matter since Linux 4.16
    {"lazytime", Effect::kSuperblock},
    {"loud", Effect::kNothing},
    {"mand", Effect::kNothing},
    {"noacl", Effect::kSuperblock},
    {"noatime", Effect::kAttribute, MOUNT_ATTR_NOATIME, kAtime},
    {"noauto", Effect::kNothing},
    {"nodev", Effect::kAttribute, MOUNT_ATTR_NODEV},
    {"nodiratime", Effect::kAttribute, MOUNT_ATTR_NODIRATIME},
    {"noexec", Effect::kAttribute, MOUNT_ATTR_NOEXEC},
    {"nofail", Effect::kNothing},
    {"noiversion", Effect::kNothing},
    {"nolazytime", Effect::kSuperblock},
    {"nomand", Effect::kNothing},
    {"norelatime", Effect::kNothing},
    {"nostrictatime", Effect::kAttribute, MOUNT_ATTR_RELATIME, kAtime},
    {"nosuid", Effect::kAttribute, MOUNT_ATTR_NOSUID},
    {"nosymfollow", Effect::kAttribute, MOUNT_ATTR_NOSYMFOLLOW},
    {"nouser", Effect::kNothing},
    {"owner", Effect::kAttribute, kByOwner},
    {"private", Effect::kPropagation, MS_PRIVATE},
    {"ratime", Effect::kRecursive, MOUNT_ATTR_RELATIME, kAtime},
    {"rbind", Effect::kBind, 0, 0, true},
    {"rdev", Effect::kRecursive, 0, MOUNT_ATTR_NODEV},
    {"rdiratime", Effect::kRecursive, 0, MOUNT_ATTR_NODIRATIME},
    {"relatime", Effect::kAttribute, MOUNT_ATTR_RELATIME, kAtime},
    {"remount", Effect::kRemount},
    {"rexec", Effect::kRecursive, 0, MOUNT_ATTR_NOEXEC},
    {"ridmap", Effect::kIdmap, 0, 0, true},
    {"rnoatime", Effect::kRecursive, MOUNT_ATTR_NOATIME, kAtime},
    {"rnodev", Effect::kRecursive, MOUNT_ATTR_NODEV},
    {"rnodiratime", Effect::kRecursive, MOUNT_ATTR_NODIRATIME},
    {"rnoexec", Effect::kRecursive, MOUNT_ATTR_NOEXEC},
    {"rnorelatime", Effect::kNothing},
    {"rnostrictatime", Effect::kRecursive, MOUNT_ATTR_RELATIME, kAtime},
    {"rnosuid", Effect::kRecursive, MOUNT_ATTR_NOSUID},
    {"rnosymfollow", Effect::kRecursive, MOUNT_ATTR_NOSYMFOLLOW},
    {"ro", Effect::kAttribute, MOUNT_ATTR_RDONLY},
    {"rprivate", Effect::kPropagation, MS_PRIVATE, 0, true},
    {"rrelatime", Effect::kRecursive, MOUNT_ATTR_RELATIME, kAtime},
    {"rro", Effect::kRecursive, MOUNT_ATTR_RDONLY},
    {"rrw", Effect::kRecursive, 0, MOUNT_ATTR_RDONLY},
    {"rshared", Effect::kPropagation, MS_SHARED, 0, true},
    {"rslave", Effect::kPropagation, MS_SLAVE, 0, true},
    {"rstrictatime", Effect::kRecursive, MOUNT_ATTR_STRICTATIME, kAtime},
    {"rsuid", Effect::kRecursive, 0, MOUNT_ATTR_NOSUID},
    {"rsymfollow", Effect::kRecursive, 0, MOUNT_ATTR_NOSYMFOLLOW},
    {"runbindable", Effect::kPropagation, MS_UNBINDABLE, 0, true},
    {"rw", Effect::kAttribute, 0, MOUNT_ATTR_RDONLY},
    {"shared", Effect::kPropagation, MS_SHARED},
    {"silent", Effect::kNothing},
    {"slave", Effect::kPropagation, MS_SLAVE},
    {"strictatime", Effect::kAttribute, MOUNT_ATTR_STRICTATIME, kAtime},
    {"suid", Effect::kAttribute, 0, MOUNT_ATTR_NOSUID},
    {"symfollow", Effect::kAttribute, 0, MOUNT_ATTR_NOSYMFOLLOW},
    {"sync", Effect::kSuperblock},
    {"tmpcopyup", Effect::kCopyUp},
    {"unbindable", Effect::kPropagation, MS_UNBINDABLE},
    {"user", Effect::kAttribute, kByUser},
    {"users", Effect::kAttribute, kByUser},
};

// The later option wins over an earlier one.
void Apply(uint64_t& set, uint64_t& clear, const Option& option) {
  set = (set & ~(option.clear | option.set)) | option.set;
  clear = (clear & ~option.set) | option.clear;
}

void Apply(const Option& option, MountRequest& request) {
  switch (option.effect) {
    case Effect::kAttribute:
      return Apply(request.set, request.clear, option);
    case Effect::kRecursive:
      return Apply(request.recursive_set, request.recursive_clear, option);
    case Effect::kPropagation:
      return request.propagation.emplace_back(option.set, option.recursive), void();
    case Effect::kSuperblock:
      return request.superblock.emplace_back(option.name), void();
    case Effect::kBind:
      request.bind = true;
      request.recursive_bind = option.recursive;
      return;
    case Effect::kRemount:
      request.remount = true;
      return;
    case Effect::kCopyUp:
      request.copy_up = true;
      return;
    case Effect::kIdmap:
      request.idmap = true;
      request.recursive_idmap = option.recursive;
      return;
    case Effect::kNothing:
      return;
  }
}

}  // namespace

MountRequest ParseMountOptions(const std::vector<std::string>& options) {
  MountRequest request;
  for (const std::string& name : options) {
    const auto* found = std::lower_bound(
        std::begin(kOptions), std::end(kOptions), name,
        [](const Option& option, const std::string& key) { return option.name < key; });
    if (found != std::end(kOptions) && found->name == name) {
      Apply(*found, request);
    } else if (!name.empty()) {
      request.superblock.push_back(name);
    }
  }
  return request;
}

std::vector<std::string> KnownMountOptions() {
  std::vector<std::string> names;
  for (const Option& option : kOptions) names.emplace_back(option.name);
  return names;
}

}  // namespace loadline::runtime
