// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/cgroup-ownership: on cgroup v2 a container that gets its group to write
// in owns it.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// changed-when-mounted-writable
bool MountsItWritable(const Config& config) {
  return std::any_of(config.mounts.begin(), config.mounts.end(), [](const MountSpec& mount) {
    return mount.source == "cgroup" && CleanPath(mount.destination) == "/sys/fs/cgroup" &&
           std::find(mount.options.begin(), mount.options.end(), "ro") == mount.options.end();
  });
}

// The host's number of a user of the container, whichever user namespace that is.
Result<uid_t> HostId(pid_t pid, uid_t uid) {
  ASSIGN_OR_RETURN(const std::string map, ReadFile("/proc/" + std::to_string(pid) + "/uid_map"));
  const auto words = Words(map);
  for (size_t i = 0; i + 2 < words.size(); i += 3) {
    const unsigned long inside = std::stoul(words[i]);
    const unsigned long size = std::stoul(words[i + 2]);
    if (uid >= inside && uid - inside < size)
      return static_cast<uid_t>(std::stoul(words[i + 1]) + uid - inside);
  }
  return Failure("the user " + std::to_string(uid) + " has no mapping", "map it in uidMappings");
}

// delegated-files-only, and fallback-list where the kernel names none
std::vector<std::string> DelegatedFiles() {
  auto listed = ReadFile("/sys/kernel/cgroup/delegate");
  return Words(listed.has_value() ? *listed : "cgroup.procs cgroup.subtree_control cgroup.threads");
}

// The directory of the group on v2; empty when there is none to be owned.
std::string DirectoryOf(const Context& context) {
  const CgroupPlace& place = context.container.cgroup;
  // unchanged-on-v1: where v1 has controllers it is what the mount shows.
  if (place.path.empty() || place.unified) return "";
  const Hierarchy* unified = FindUnified(context.hierarchies);
  return unified == nullptr ? "" : unified->mount_point + place.path;
}

Result<void> GiveTo(const std::string& directory, uid_t owner) {
  const auto gid = static_cast<gid_t>(-1);
  if (chown(directory.c_str(), owner, gid) != 0) return CallError("chown", directory);
  for (const std::string& file : DelegatedFiles()) {
    // missing-file-tolerated
    if (chown((directory + "/" + file).c_str(), owner, gid) != 0 && errno != ENOENT)
      return CallError("chown", directory + "/" + file);
  }
  return {};
}

}  // namespace

bool MayOwnCgroup(const Context& context) {
  const Config& config = context.config;
  return config.process && config.linux_spec.Makes(CLONE_NEWCGROUP) && MountsItWritable(config);
}

Result<void> GiveCgroupAway(Context& context) {
  const std::string directory = DirectoryOf(context);
  if (directory.empty() || context.takes_cgroup) return {};
  ASSIGN_OR_RETURN(const uid_t owner, HostId(context.pid, context.config.process->user.uid));
  return GiveTo(directory, owner);
}

// A user may give nothing away outside, and the root of the container may: both owners are mapped.
Result<void> TakeCgroupInChild(Context& context) {
  if (!context.takes_cgroup) return {};
  const std::string directory = DirectoryOf(context);
  return directory.empty() ? Result<void>() : GiveTo(directory, context.config.process->user.uid);
}

}  // namespace loadline::runtime
