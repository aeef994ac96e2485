// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>
#include <sstream>

#include "base/deadline.h"
#include "base/files.h"

namespace loadline::runtime {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool IsController(const std::string& option) {
  static const std::set<std::string> known{"blkio",    "cpu",        "cpuacct", "cpuset", "devices",
                                           "freezer",  "hugetlb",    "memory",  "misc",   "net_cls",
                                           "net_prio", "perf_event", "pids",    "rdma"};
  return known.count(option) > 0 || option.starts_with("name=");
}

// oci-runtime/config-linux/cgroups-path: a new cpuset has neither processors nor memory nodes.
Result<void> FillCpuset(const std::string& directory) {
  const std::string parent = directory.substr(0, directory.rfind('/'));
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
    ASSIGN_OR_RETURN(std::string own, ReadFile(directory + file));
    if (own.find_first_not_of(" \n") != std::string::npos) continue;
    ASSIGN_OR_RETURN(const std::string above, ReadFile(parent + file));
    RETURN_IF_ERROR(WriteExisting(directory + file, above));
  }
  return {};
}

Result<void> MakeIn(const Hierarchy& hierarchy, const std::string& path,
                    std::vector<std::string>& made) {
  std::string directory = hierarchy.mount_point;
  const bool cpuset =
      std::count(hierarchy.controllers.begin(), hierarchy.controllers.end(), "cpuset") > 0;
  for (const std::string& part : Split(path, '/')) {
    if (part.empty()) continue;
    directory += "/" + part;
    if (mkdir(directory.c_str(), 0755) == 0) {
      made.push_back(directory);
    } else if (errno != EEXIST) {
      return CallError("mkdir", directory);
    }
    if (cpuset) RETURN_IF_ERROR(FillCpuset(directory));
  }
  return {};
}

// A v1 group reports no end of its last process, so removing one that has just been emptied is
// tried again, at most for a second.
Result<void> RemoveWithBackOff(const std::string& directory) {
  const Deadline deadline = Deadline::After(std::chrono::seconds(1));
  while (rmdir(directory.c_str()) != 0) {
    if (errno == ENOENT) return {};
    if (errno != EBUSY || deadline.Passed()) return CallError("rmdir", directory);
    ASSIGN_OR_RETURN(const UniqueFd timer,
                     Deadline::After(std::chrono::milliseconds(2)).ToTimerFd());
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(timer.get(), 1 /* POLLIN */, deadline));
    (void)ready;
  }
  return {};
}

}  // namespace

Result<std::vector<Hierarchy>> FindHierarchies() {
  ASSIGN_OR_RETURN(const std::string text, ReadFile("/proc/self/mountinfo"));
  std::vector<Hierarchy> hierarchies;
  std::set<std::string> seen;
  for (const std::string& line : Split(text, '\n')) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const auto left = Split(line.substr(0, dash), ' ');
    const auto right = Split(line.substr(dash + 3), ' ');
    if (left.size() < 6 || right.size() < 3 || right[0] != "cgroup") continue;
    Hierarchy hierarchy{left[4], left[3], {}};
    for (const std::string& option : Split(right[2], ',')) {
      if (IsController(option)) hierarchy.controllers.push_back(option);
    }
    if (hierarchy.controllers.empty() || !seen.insert(hierarchy.controllers[0]).second) continue;
    hierarchies.push_back(std::move(hierarchy));
  }
  return hierarchies;
}

Result<std::vector<std::string>> MakeCgroups(const std::vector<Hierarchy>& hierarchies,
                                             const std::string& path) {
  std::vector<std::string> made;
  for (const Hierarchy& hierarchy : hierarchies) {
    auto done = MakeIn(hierarchy, path, made);
    if (done.has_value()) continue;
    for (auto directory = made.rbegin(); directory != made.rend(); ++directory)
      rmdir(directory->c_str());
    return std::move(done).error();
  }
  return made;
}

Result<void> AddProcess(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                        pid_t pid) {
  for (const Hierarchy& hierarchy : hierarchies) {
    RETURN_IF_ERROR(
        WriteExisting(hierarchy.mount_point + path + "/cgroup.procs", std::to_string(pid)));
  }
  return {};
}

std::vector<pid_t> ProcessesIn(const std::vector<std::string>& directories) {
  std::set<pid_t> pids;
  for (const std::string& directory : directories) {
    auto text = ReadFile(directory + "/cgroup.procs");
    if (!text.has_value()) continue;
    for (const std::string& line : Split(*text, '\n')) {
      if (const int pid = std::atoi(line.c_str()); pid > 0) pids.insert(pid);
    }
  }
  return {pids.begin(), pids.end()};
}

Result<void> RemoveCgroupDirectories(const std::vector<std::string>& directories) {
  for (const pid_t pid : ProcessesIn(directories)) kill(pid, SIGKILL);
  std::optional<Error> first;
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    auto removed = RemoveWithBackOff(*directory);
    // A parent that has got other children meanwhile is theirs now.
    if (!removed.has_value() && !first &&
        !std::count_if(directories.begin(), directories.end(), [&](const std::string& other) {
          return other.starts_with(*directory + "/");
        })) {
      first = std::move(removed).error();
    }
  }
  if (first) return *first;
  return {};
}

}  // namespace loadline::runtime
