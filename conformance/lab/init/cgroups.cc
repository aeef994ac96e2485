// SPDX-License-Identifier: Apache-2.0
// The layouts of control groups, as distributions have them.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>

#include "base/files.h"
#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

constexpr const char* kTop = "/sys/fs/cgroup";

// Hierarchies of v1 with the controllers that share one.
constexpr const char* kHierarchies[] = {"cpu,cpuacct", "cpuset",  "memory", "pids",
                                        "devices",     "freezer", "blkio",  "net_cls,net_prio",
                                        "perf_event",  "hugetlb", "rdma",   "misc"};

Result<void> MountAt(const std::string& path, const char* type, const char* options) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return CallError("mkdir", path);
  if (mount(type, path.c_str(), type, MS_NOSUID | MS_NODEV | MS_NOEXEC, options) != 0)
    return CallError("mount", path);
  return {};
}

// Hands every controller on to the groups below.
Result<void> EnableControllers(const std::string& group) {
  ASSIGN_OR_RETURN(const std::string available, ReadFile(group + "/cgroup.controllers"));
  std::istringstream names(available);
  std::string wanted;
  for (std::string name; names >> name;) wanted += (wanted.empty() ? "+" : " +") + name;
  return wanted.empty() ? Result<void>() : WriteExisting(group + "/cgroup.subtree_control", wanted);
}

Result<void> MountV1() {
  for (const char* controllers : kHierarchies) {
    const std::string path = std::string(kTop) + "/" + controllers;
    // A controller that this kernel does not have is no error.
    auto mounted = MountAt(path, "cgroup", controllers);
    if (!mounted.has_value()) {
      rmdir(path.c_str());
      continue;
    }
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
      const std::string link = std::string(kTop) + "/" + name;
      if (name != controllers && symlink(controllers, link.c_str()) != 0)
        return CallError("symlink", link);
    }
  }
  return {};
}

bool IsUnified() { return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0; }

}  // namespace

Result<void> MountCgroups(const std::string& layout) {
  if (layout == "v2") {
    RETURN_IF_ERROR(MountAt(kTop, "cgroup2", "nsdelegate"));
    return EnableControllers(kTop);
  }
  RETURN_IF_ERROR(MountAt(kTop, "tmpfs", "mode=755"));
  RETURN_IF_ERROR(MountV1());
  return layout == "hybrid" ? MountAt(std::string(kTop) + "/unified", "cgroup2", "nsdelegate")
                            : Result<void>();
}

Result<void> DelegateCgroup(uid_t user, gid_t group) {
  if (!IsUnified()) return {};  // v1 has no safe delegation
  const std::string top = std::string(kTop) + "/user";
  const std::string session = top + "/session";
  for (const std::string& directory : {top, session}) {
    if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
    // cgroup-v2.rst, "Model of Delegation": the directory and these files, and no other.
    for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"}) {
      if (chown((directory + file).c_str(), user, group) != 0)
        return CallError("chown", directory + file);
    }
  }
  RETURN_IF_ERROR(WriteExisting(session + "/cgroup.procs", "0"));
  return EnableControllers(top);
}

}  // namespace loadline::lab
