// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cell_view.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "base/files.h"

namespace loadline::conformance {
namespace {

constexpr const char* kCgroupRoot = "/sys/fs/cgroup";
constexpr int kDetachLimit = 8;  // mounts that lie on each other

Result<void> Mount(const char* source, const std::string& target, const char* type,
                   unsigned long flags, const std::string& data) {
  if (mount(source, target.c_str(), type, flags, data.c_str()) == 0) return {};
  Error error = CallError("mount", std::string(type) + " on " + target);
  error.hint = "a cell needs CAP_SYS_ADMIN in the initial user namespace";
  return error;
}

Result<void> MakeReadOnly() {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) == 0) return {};
  Error error = CallError("mount_setattr", "/, read-only");
  error.hint = "a cell needs Linux 5.12 or newer";
  return error;
}

// The kernel has one for all: none can be mounted for the cell.
Result<void> OpenResctrl(const std::string& directory) {
  mount_attr attributes{};
  attributes.attr_clr = MOUNT_ATTR_RDONLY;
  if (mount_setattr(AT_FDCWD, directory.c_str(), 0, &attributes, sizeof attributes) == 0) return {};
  return CallError("mount_setattr", directory + ", to write");
}

// pid 1 of the cell must not stand in the way of handing controllers down (v2: no inner processes).
Result<void> MoveToLeaf(const std::string& root) {
  const std::string leaf = root + "/harness";
  if (mkdir(leaf.c_str(), 0755) != 0) return CallError("mkdir", leaf);
  RETURN_IF_ERROR(WriteExisting(leaf + "/cgroup.procs", "0"));
  auto controllers = ReadFile(root + "/cgroup.controllers", 4096);
  if (!controllers) return {};
  std::istringstream names(*controllers);
  for (std::string name; names >> name;)
    (void)WriteExisting(root + "/cgroup.subtree_control", "+" + name);
  return {};
}

Result<void> MountHierarchy(const Hierarchy& hierarchy, const std::string& target) {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (hierarchy.v2) {
    RETURN_IF_ERROR(Mount("cgroup2", target, "cgroup2", kFlags, ""));
    return MoveToLeaf(target);
  }
  const bool named = hierarchy.controllers.starts_with("name=");
  return Mount("cgroup", target, "cgroup", kFlags,
               named ? "none," + hierarchy.controllers : hierarchy.controllers);
}

Result<void> MountCgroups(const CellView& view) {
  if (CgroupLayout(view.hierarchies) == "v2")
    return MountHierarchy(view.hierarchies[0], kCgroupRoot);
  RETURN_IF_ERROR(
      Mount("tmpfs", kCgroupRoot, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755"));
  for (const Hierarchy& hierarchy : view.hierarchies) {
    const std::string target = MountInCell(view, hierarchy);
    if (mkdir(target.c_str(), 0755) != 0) return CallError("mkdir", target);
    RETURN_IF_ERROR(MountHierarchy(hierarchy, target));
    std::istringstream controllers(hierarchy.controllers);
    for (std::string name; std::getline(controllers, name, ',');) {
      if (name != hierarchy.Name() && !name.starts_with("name="))
        (void)symlink(hierarchy.Name().c_str(), (std::string(kCgroupRoot) + "/" + name).c_str());
    }
  }
  return Mount("tmpfs", kCgroupRoot, "tmpfs",
               MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755");
}

// A file of the cell's own in place of the host's, which stays as it is.
Result<void> Replace(const std::string& path, const std::string& content) {
  const std::string source = std::string(kWorkArea) + "/replacement";
  RETURN_IF_ERROR(WriteFileAtomically(source, content));
  if (mount(source.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    Error error = CallError("mount", "the cell's own " + path);
    error.hint = "--rootless needs the file on the host: install the package uidmap";
    return error;
  }
  if (unlink(source.c_str()) != 0) return CallError("unlink", source);
  return {};
}

// What getpwuid(), newuidmap and newgidmap are to find.
Result<void> MakeUserKnown() {
  const std::string ids = std::to_string(kUser);
  const std::string name = kUserName;
  const std::string range =
      name + ":" + std::to_string(kFirstSubordinate) + ":" + std::to_string(kSubordinates) + "\n";
  RETURN_IF_ERROR(Replace("/etc/passwd", "root:x:0:0::/:/bin/sh\n" + name + ":x:" + ids + ":" +
                                             ids + "::/run:/bin/sh\n"));
  RETURN_IF_ERROR(Replace("/etc/group", "root:x:0:\n" + name + ":x:" + ids + ":\n"));
  RETURN_IF_ERROR(Replace("/etc/subuid", range));
  return Replace("/etc/subgid", range);
}

}  // namespace

// cgroup-v2.rst, "Model of Delegation": the directory and these files, and no other.
Result<void> DelegateGroup(const std::string& directory) {
  for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"}) {
    if (chown((directory + file).c_str(), kUser, kUser) != 0)
      return CallError("chown", directory + file);
  }
  return {};
}

std::string MountInCell(const CellView& view, const Hierarchy& hierarchy) {
  if (CgroupLayout(view.hierarchies) == "v2") return kCgroupRoot;
  return std::string(kCgroupRoot) + "/" + hierarchy.Name();
}

Result<void> EnterCell(const CellView& view, const std::vector<std::string>& groups) {
  RETURN_IF_ERROR(JoinGroups(groups));
  if (unshare(CLONE_NEWCGROUP) != 0) return CallError("unshare", "CLONE_NEWCGROUP");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return CallError("mount", "/, private");
  for (int i = 0; i < kDetachLimit && umount2(kCgroupRoot, MNT_DETACH) == 0; ++i) {
  }
  RETURN_IF_ERROR(MakeReadOnly());
  if (!view.resctrl.empty()) RETURN_IF_ERROR(OpenResctrl(view.resctrl));
  RETURN_IF_ERROR(Mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""));
  RETURN_IF_ERROR(Mount("tmpfs", kWorkArea, "tmpfs", MS_NOSUID | MS_NODEV,
                        std::string("mode=755,size=") + kWorkAreaSize));
  RETURN_IF_ERROR(MountCgroups(view));
  if (IsRootless(view.caller)) RETURN_IF_ERROR(MakeUserKnown());
  if (view.caller == Caller::kUserWithGroups) RETURN_IF_ERROR(DelegateGroup(kCgroupRoot));
  constexpr std::string_view kName = "cell";
  if (sethostname(kName.data(), kName.size()) != 0) return CallError("sethostname");
  if (chdir("/") != 0) return CallError("chdir", "/");
  return {};
}

}  // namespace loadline::conformance
