// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/leaks.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "base/deadline.h"
#include "base/files.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/expect.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// The kernel may be slow to free things where others are busy; it is waited for only as long as
// something is left.
constexpr std::chrono::milliseconds kQuietPatience{5000};
constexpr std::chrono::milliseconds kBackOff{20};

std::set<std::string> Lines(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

json NewMounts(const CellInventory& before) {
  json mounts = json::array();
  const std::set<std::string> known = Lines(before.mounts);
  for (const std::string& line : Lines(ReadFile("/proc/self/mountinfo").value_or(""))) {
    if (known.count(line) != 0) continue;
    std::istringstream fields(line);
    std::string field;
    for (int i = 0; i < 5; ++i) fields >> field;
    mounts.push_back(field);
  }
  return mounts;
}

// Groups below `directory` that are neither ours nor a parent of ours.
void FindGroups(const fs::path& directory, const std::vector<std::string>& ours, json& groups) {
  std::error_code error;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (!entry->is_directory(error)) continue;
    const std::string path = entry->path().string();
    const bool known = std::any_of(ours.begin(), ours.end(), [&](const std::string& one) {
      return one == path || one.starts_with(path + "/");
    });
    if (!known) groups.push_back(path);
    if (known) FindGroups(entry->path(), ours, groups);
  }
}

json NewGroups(const CellView& view, const std::vector<std::string>& spared) {
  json groups = json::array();
  for (const Hierarchy& hierarchy : view.hierarchies) {
    const std::string mount = MountInCell(view, hierarchy);
    std::vector<std::string> ours = spared;
    if (hierarchy.v2) ours.push_back(mount + "/harness");
    FindGroups(mount, ours, groups);
  }
  return groups;
}

struct Process {
  std::string name;
  pid_t parent = 0;
  bool zombie = false;  // nobody reaped it
};

// The processes of the cell but for pid 1.
std::map<pid_t, Process> Processes() {
  std::map<pid_t, Process> processes;
  std::error_code error;
  for (auto entry = fs::directory_iterator("/proc", error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const pid_t pid = static_cast<pid_t>(strtol(entry->path().filename().c_str(), nullptr, 10));
    if (pid <= 1) continue;
    // "14967 (name) S 1 …": the state and the parent.
    const std::string stat = ReadFile(entry->path().string() + "/stat", 4096).value_or("");
    const size_t open = stat.find('(');
    const size_t close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 4 >= stat.size())
      continue;
    const char state = stat[close + 2];
    if (state == 'X') continue;
    processes[pid] = {stat.substr(open + 1, close - open - 1),
                      static_cast<pid_t>(strtol(stat.c_str() + close + 4, nullptr, 10)),
                      state == 'Z'};
  }
  return processes;
}

// Those that neither are spared nor come from one that is: living ones, or zombies.
std::map<pid_t, Process> Strangers(const std::vector<pid_t>& spared, bool zombies) {
  const std::map<pid_t, Process> all = Processes();
  std::map<pid_t, Process> strangers;
  for (const auto& [pid, process] : all) {
    if (process.zombie != zombies) continue;
    bool ours = false;
    pid_t at = pid;
    // Each step leads to a parent; a pid that was given anew meanwhile must not make a circle.
    for (size_t steps = 0; !ours && steps < all.size(); ++steps) {
      ours = std::find(spared.begin(), spared.end(), at) != spared.end();
      const auto found = all.find(at);
      if (found == all.end()) break;
      at = found->second.parent;
    }
    if (!ours) strangers[pid] = process;
  }
  return strangers;
}

json LivingProcesses(const Spared& spared) {
  const Deadline deadline = Deadline::After(spared.patience);
  json processes = json::array();
  for (const auto& [pid, process] : Strangers(spared.processes, false)) {
    const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) continue;
    auto ended = WaitFor(pidfd.get(), POLLIN, deadline);
    if (!ended || *ended == Readiness::kTimedOut)
      processes.push_back(process.name + " (pid " + std::to_string(pid) + ")");
  }
  return processes;
}

json Entries(const std::string& directory, const std::set<std::string>& known) {
  json entries = json::array();
  std::error_code error;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (known.count(entry->path().string()) == 0) entries.push_back(entry->path().string());
  }
  return entries;
}

json IpcObjects() {
  json objects = json::array();
  for (const char* kind : {"shm", "sem", "msg"}) {
    const auto lines = Lines(ReadFile(std::string("/proc/sysvipc/") + kind, 65536).value_or(""));
    // The first line is the heading.
    for (size_t i = 1; i < lines.size(); ++i) objects.push_back(kind);
  }
  return objects;
}

json Zombies(const Spared& spared) {
  json zombies = json::array();
  for (const auto& [pid, process] : Strangers(spared.processes, true))
    zombies.push_back(process.name + " (pid " + std::to_string(pid) + ")");
  return zombies;
}

json New(const std::set<std::string>& before, const std::set<std::string>& now) {
  json entries = json::array();
  for (const std::string& entry : now) {
    if (!before.contains(entry)) entries.push_back(entry);
  }
  return entries;
}

// All hosts share their loop devices: those of the run have their file in its directory.
json NewLoops(const LedgerScope& scope, const std::set<std::string>& now) {
  json loops = json::array();
  for (const json& loop : New(scope.before.objects.loops, now)) {
    if (loop.get_ref<const std::string&>().find(": " + scope.paths.base + "/") != std::string::npos)
      loops.push_back(loop);
  }
  return loops;
}

// What goes without telling anybody: the kernel frees it a little later.
void AddQuietKinds(const LedgerScope& scope, json& leaks) {
  const KernelObjects now = ListKernelObjects();
  const KernelObjects& before = scope.before.objects;
  leaks["zombies"] = Zombies(scope.spared);
  leaks["queues"] = New(before.queues, now.queues);
  leaks["namespaces"] = New(before.namespaces, now.namespaces);
  leaks["loopDevices"] = NewLoops(scope, now.loops);
  leaks["interfaces"] = New(before.interfaces, now.interfaces);
  leaks["keyrings"] = New({}, ListKeyrings(scope.ids));
  leaks["descriptors"] =
      scope.descriptors ? New(before.descriptors, now.descriptors) : json::array();
}

}  // namespace

CellInventory TakeInventory() {
  return {ReadFile("/proc/self/mountinfo").value_or(""), ListKernelObjects()};
}

json FindLeaks(const LedgerScope& scope) {
  json leaks;
  leaks["processes"] = LivingProcesses(scope.spared);
  leaks["mounts"] = NewMounts(scope.before);
  leaks["cgroups"] = NewGroups(scope.view, scope.spared.groups);
  leaks["files"] = Entries(kWorkArea, {scope.paths.base});
  leaks["state"] =
      Entries(scope.paths.state, {scope.spared.state.begin(), scope.spared.state.end()});
  leaks["ipc"] = IpcObjects();
  const Deadline deadline = Deadline::After(kQuietPatience);
  while (true) {
    json quiet = json::object();
    AddQuietKinds(scope, quiet);
    if (FirstLeak(quiet).empty() || deadline.Passed()) {
      leaks.update(quiet);
      break;
    }
    // A bounded back-off: none of these can be waited for.
    auto timer = Deadline::After(kBackOff).ToTimerFd();
    if (timer) (void)WaitFor(timer->get(), POLLIN, deadline);
  }
  DetachLoops(leaks["loopDevices"]);
  RemoveKeyrings(leaks["keyrings"]);
  return leaks;
}

std::string FirstLeak(const json& leaks) {
  for (const auto& kind : leaks.items()) {
    if (!kind.value().empty()) return kind.key() + " " + Shown(kind.value());
  }
  return "";
}

std::vector<pid_t> LivingStrangers(const std::vector<pid_t>& spared) {
  std::vector<pid_t> pids;
  for (const auto& [pid, process] : Strangers(spared, false)) pids.push_back(pid);
  return pids;
}

std::vector<std::string> GroupsNow(const CellView& view) {
  std::vector<std::string> groups;
  for (const Hierarchy& hierarchy : view.hierarchies) {
    std::error_code error;
    for (auto entry = fs::recursive_directory_iterator(MountInCell(view, hierarchy), error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (entry->is_directory(error)) groups.push_back(entry->path().string());
    }
  }
  return groups;
}

}  // namespace loadline::conformance
