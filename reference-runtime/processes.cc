// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/processes.h"

#include <dirent.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>

#include "reference-runtime/cgroup.h"

namespace loadline::runtime {
namespace {

std::string PidNamespaceOf(const std::string& process) {
  char identity[PATH_MAX] = {};
  const std::string path = "/proc/" + process + "/ns/pid";
  return readlink(path.c_str(), identity, sizeof identity - 1) > 0 ? identity : "";
}

std::set<pid_t> InNamespace(const std::string& wanted) {
  std::set<pid_t> pids;
  std::unique_ptr<DIR, int (*)(DIR*)> processes(opendir("/proc"), closedir);
  while (const dirent* entry = processes ? readdir(processes.get()) : nullptr) {
    const int pid = std::atoi(entry->d_name);
    if (pid > 0 && PidNamespaceOf(entry->d_name) == wanted) pids.insert(pid);
  }
  return pids;
}

}  // namespace

Result<std::set<pid_t>> ProcessesOf(const Container& container) {
  std::set<pid_t> pids;
  if (!container.cgroup.path.empty()) {
    ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(container.cgroup));
    // It is in all of them, so one tells.
    if (!hierarchies.empty())
      CollectProcesses(hierarchies[0].mount_point + container.cgroup.path, pids);
    return pids;
  }
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  if (status == "stopped") return pids;
  const std::string own = PidNamespaceOf(std::to_string(container.pid));
  if (!own.empty() && own != PidNamespaceOf("self")) return InNamespace(own);
  return std::set<pid_t>{container.pid};
}

}  // namespace loadline::runtime
