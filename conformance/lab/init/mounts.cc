// SPDX-License-Identifier: Apache-2.0
// What an ordinary system has mounted.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

struct Mount {
  const char* type;
  const char* target;
  unsigned long flags;
  const char* options;
  bool optional = false;
};

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
constexpr Mount kMounts[] = {
    {"proc", "/proc", kPlain, ""},
    {"sysfs", "/sys", kPlain, ""},
    {"devtmpfs", "/dev", MS_NOSUID, "mode=755"},
    {"devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666"},
    {"tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"},
    {"mqueue", "/dev/mqueue", kPlain, ""},
    {"tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755"},
    {"tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777"},
    // Where AppArmor shows itself; a kernel without security modules has no such place.
    {"securityfs", "/sys/kernel/security", kPlain, "", true},
};

struct Link {
  const char* target;
  const char* path;
};

constexpr Link kLinks[] = {{"/proc/self/fd", "/dev/fd"},       {"/proc/self/fd/0", "/dev/stdin"},
                           {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
                           {"pts/ptmx", "/dev/ptmx"},          {"/proc/self/mounts", "/etc/mtab"}};

// The initial file system is the top of the mount tree, where no pivot_root can begin: bound onto
// itself and moved over the top, it is a mount like any other.
Result<void> LeaveTheTop() {
  if (mkdir("/lab/root", 0755) != 0 && errno != EEXIST) return CallError("mkdir", "/lab/root");
  if (mount("/", "/lab/root", nullptr, MS_BIND, nullptr) != 0)
    return CallError("mount", "/ on /lab/root");
  if (chdir("/lab/root") != 0) return CallError("chdir", "/lab/root");
  if (mount(".", "/", nullptr, MS_MOVE, nullptr) != 0) return CallError("mount", "MS_MOVE");
  if (chroot(".") != 0) return CallError("chroot");
  if (chdir("/") != 0) return CallError("chdir", "/");
  return {};
}

}  // namespace

Result<void> MountBasics() {
  RETURN_IF_ERROR(LeaveTheTop());
  for (const Mount& entry : kMounts) {
    if (entry.optional && access(entry.target, F_OK) != 0) continue;
    if (mkdir(entry.target, 0755) != 0 && errno != EEXIST) return CallError("mkdir", entry.target);
    if (mount(entry.type, entry.target, entry.type, entry.flags, entry.options) != 0)
      return CallError("mount", entry.target);
  }
  for (const Link& link : kLinks) {
    unlink(link.path);
    if (symlink(link.target, link.path) != 0) return CallError("symlink", link.path);
  }
  return {};
}

}  // namespace loadline::lab
