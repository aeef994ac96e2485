// SPDX-License-Identifier: Apache-2.0
// The end of a container's groups.
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

#include "base/deadline.h"
#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/cgroup_events.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// How long the last process of a group may take to be gone after SIGKILL.
constexpr std::chrono::seconds kPatience(10);

bool IsThere(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// The container's own groups: the others in the list were made as their parents, and may by now be
// the parents of others' groups, too.
std::vector<std::string> Innermost(const std::vector<std::string>& directories) {
  std::vector<std::string> innermost;
  for (const std::string& directory : directories) {
    if (std::none_of(directories.begin(), directories.end(),
                     [&](const std::string& other) { return other.starts_with(directory + "/"); }))
      innermost.push_back(directory);
  }
  return innermost;
}

std::vector<std::string> Children(const std::string& directory) {
  std::vector<std::string> children;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()), closedir);
  while (const dirent* entry = stream ? readdir(stream.get()) : nullptr) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
      children.push_back(directory + "/" + entry->d_name);
  }
  return children;
}

// v2 says when a group has become empty.
Result<void> RemoveWhenEmpty(const std::string& directory) {
  ASSIGN_OR_RETURN(const Readiness empty,
                   WaitForEvent(directory, "populated 0", Deadline::After(kPatience)));
  if (empty == Readiness::kTimedOut)
    return Failure("the processes of " + directory + " did not end after SIGKILL");
  if (rmdir(directory.c_str()) != 0 && errno != ENOENT) return CallError("rmdir", directory);
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
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(timer.get(), POLLIN, deadline));
    (void)ready;
  }
  return {};
}

Result<void> RemoveOne(const std::string& directory) {
  if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return {};
  if (errno != EBUSY) return CallError("rmdir", directory);
  return IsThere(directory + "/cgroup.events") ? RemoveWhenEmpty(directory)
                                               : RemoveWithBackOff(directory);
}

Result<void> RemoveWithChildren(const std::string& directory) {
  for (const std::string& child : Children(directory)) RETURN_IF_ERROR(RemoveWithChildren(child));
  return RemoveOne(directory);
}

// Most containers leave theirs empty.
Result<void> RemoveOwn(const std::string& directory) {
  if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return {};
  SignalCgroups({directory}, SIGKILL);
  return RemoveWithChildren(directory);
}

// A parent that has got other children or processes meanwhile is theirs now.
Result<void> RemoveParent(const std::string& directory) {
  if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return {};
  if (errno != EBUSY && errno != ENOTEMPTY) return CallError("rmdir", directory);
  std::set<pid_t> pids;
  CollectProcesses(directory, pids);
  if (!pids.empty() || !Children(directory).empty()) return {};
  return RemoveOne(directory);
}

}  // namespace

void CollectProcesses(const std::string& directory, std::set<pid_t>& pids) {
  for (const std::string& word : Words(ReadFile(directory + "/cgroup.procs").value_or(""))) {
    if (const int pid = std::atoi(word.c_str()); pid > 0) pids.insert(pid);
  }
  for (const std::string& child : Children(directory)) CollectProcesses(child, pids);
}

void SignalCgroups(const std::vector<std::string>& directories, int signal) {
  std::set<pid_t> pids;
  for (const std::string& directory : Innermost(directories)) {
    // At once and with those that are being forked, where the kernel can do it (Linux 5.14).
    if (signal == SIGKILL && WriteExisting(directory + "/cgroup.kill", "1").has_value()) continue;
    CollectProcesses(directory, pids);
  }
  for (const pid_t pid : pids) kill(pid, signal);
}

Result<void> RemoveCgroupDirectories(const std::vector<std::string>& directories) {
  std::optional<Error> first;
  const std::vector<std::string> own = Innermost(directories);
  for (const std::string& directory : own) {
    auto removed = RemoveOwn(directory);
    if (!removed.has_value() && !first) first = std::move(removed).error();
  }
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    if (std::find(own.begin(), own.end(), *directory) != own.end()) continue;
    auto removed = RemoveParent(*directory);
    if (!removed.has_value() && !first) first = std::move(removed).error();
  }
  if (first) return *first;
  return {};
}

}  // namespace loadline::runtime
