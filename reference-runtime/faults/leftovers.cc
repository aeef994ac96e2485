// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/leftovers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/deadline.h"
#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/faults/wait.h"
#include "reference-runtime/words.h"

namespace loadline::faults {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> ChildrenBut(pid_t spared) {
  const std::string self = std::to_string(getpid());
  auto children = runtime::Words(ReadFile("/proc/self/task/" + self + "/children").value_or(""));
  std::erase(children, std::to_string(spared));
  return children;
}

// Reaps what has ended; the children that still live at the deadline.
std::vector<std::string> ReapUntil(const Deadline& deadline, pid_t spared) {
  const Ticks ticks;
  while (true) {
    while (waitpid(-1, nullptr, __WALL | WNOHANG) > 0) continue;
    auto children = ChildrenBut(spared);
    if (children.empty() || deadline.Passed()) return children;
    siginfo_t info{};
    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | __WALL);  // or the next tick
  }
}

}  // namespace

std::set<std::string> FilesBelow(const std::string& directory) {
  std::set<std::string> files;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(directory, problem), end; at != end;
       at.increment(problem))
    files.insert(at->path().string().substr(directory.size() + 1));
  return files;
}

bool IsMountPoint(const std::string& file) {
  for (const char* name : {"proc", "dev", "sys"})
    if (file == std::string("bundle/rootfs/") + name) return true;
  return false;
}

std::vector<std::string> GroupsBelow(const std::string& directory) {
  std::error_code problem;
  if (!fs::is_directory(directory, problem)) return {};
  std::vector<std::string> groups{directory};
  for (fs::recursive_directory_iterator at(directory, problem), end; at != end;
       at.increment(problem)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) groups.push_back(at->path().string());
  }
  return groups;
}

void RemoveGroups(const std::string& directory) {
  const auto groups = GroupsBelow(directory);
  if (groups.empty()) return;
  runtime::SignalCgroups(groups, SIGKILL);
  auto removed = runtime::RemoveCgroupDirectories(groups);
  (void)removed;  // the next look at the scene says so
}

std::vector<std::string> LeftoverProcesses(std::chrono::milliseconds patience, pid_t spared) {
  std::vector<std::string> lines;
  for (const std::string& pid : ReapUntil(Deadline::After(patience), spared)) {
    // "14967 (loadline-runtim) S 1 …" and "45 0x8 0x7ffe…": its name and state, and where it waits.
    const std::string about = ReadFile("/proc/" + pid + "/stat").value_or("?");
    const std::string call = ReadFile("/proc/" + pid + "/syscall").value_or("?");
    lines.push_back("process " + about.substr(0, about.find(')') + 3) + " in call " +
                    call.substr(0, call.find(' ')));
  }
  return lines;
}

void ReapOrphans(pid_t spared) {
  for (const std::string& pid : ChildrenBut(spared))
    waitpid(std::atoi(pid.c_str()), nullptr, __WALL | WNOHANG);
}

void KillDescendants() {
  // The children of one that is killed become ours.
  for (int round = 0; round < 16; ++round) {
    for (const std::string& pid : ChildrenBut(0)) kill(std::atoi(pid.c_str()), SIGKILL);
    if (ReapUntil(Deadline::After(std::chrono::milliseconds(500)), 0).empty()) return;
  }
}

}  // namespace loadline::faults
