// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cgroups.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "base/files.h"
#include "conformance/harness/cell_limits.h"

namespace loadline::conformance {
namespace {

constexpr const char* kParent = "/loadline";
constexpr const char* kInside = "/inside";
constexpr size_t kDepthOfCell = 2;  // below the parent and the run
constexpr size_t kControlFileCap = 65536;

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// The options of a v1 mount that name the hierarchy.
std::string ControllersOf(const std::string& super_options) {
  static const std::set<std::string> kOther = {
      "rw", "ro", "xattr", "noprefix", "clone_children", "none", "all", "relatime", "seclabel"};
  std::string controllers;
  for (const std::string& option : Split(super_options, ',')) {
    if (kOther.count(option) != 0 || option.starts_with("release_agent=")) continue;
    controllers += (controllers.empty() ? "" : ",") + option;
  }
  return controllers;
}

std::string FirstLine(const std::string& path) {
  auto text = ReadFile(path, kControlFileCap);
  if (!text) return "";
  return text->substr(0, text->find('\n'));
}

// A new v1 cpuset takes no process before it has processors and memory nodes.
void FillCpuset(const std::string& directory) {
  const std::string parent = std::filesystem::path(directory).parent_path().string();
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
    if (FirstLine(directory + file).empty())
      (void)WriteExisting(directory + file, FirstLine(parent + file));
  }
}

// Microseconds a second, for the parent of all runs, a run and a cell: next to nothing of what the
// host has, and enough for a container below to be given some.
constexpr const char* kRealtimeShares[] = {"30000", "600", "6"};

// Where v1 keeps shares of real time (CONFIG_RT_GROUP_SCHED), that of a new group is nothing, and
// no group gets more than the one above it.
void HandDownRealtime(const Hierarchy& hierarchy, const std::string& directory, size_t depth) {
  if (hierarchy.v2) return;
  const size_t last = std::size(kRealtimeShares) - 1;
  (void)WriteExisting(directory + "/cpu.rt_runtime_us", kRealtimeShares[std::min(depth, last)]);
}

// On v2, what the children may use has to be handed down; a controller that cannot be is not there.
void HandDownControllers(const std::string& directory) {
  for (const std::string& controller : Split(FirstLine(directory + "/cgroup.controllers"), ' '))
    (void)WriteExisting(directory + "/cgroup.subtree_control", "+" + controller);
}

Result<void> MakeDirectory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) return CallError("mkdir", directory);
  return {};
}

// A run that ends takes the parent of all away when nothing is in it: perhaps between the two.
Result<void> MakeDirectoryOfRun(const std::string& parent, const std::string& run) {
  constexpr int kTries = 100;
  for (int tried = 1;; ++tried) {
    RETURN_IF_ERROR(MakeDirectory(parent));
    auto made = MakeDirectory(parent + "/" + run);
    if (made.has_value() || made.error().number != ENOENT || tried == kTries) return made;
  }
}

Result<void> MakeGroup(const Hierarchy& hierarchy, const std::string& directory) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  if (hierarchy.controllers.find("cpuset") != std::string::npos) FillCpuset(directory);
  return {};
}

std::vector<std::string> GroupsIn(const std::string& directory) {
  std::vector<std::string> children;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) children.push_back(entry->path().string());
  }
  return children;
}

std::string RandomHex() {
  unsigned char bytes[4] = {};
  (void)!getrandom(bytes, sizeof bytes, 0);
  std::string text;
  for (const unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The number of the pid namespace: the same process number is another process in another one.
std::string PidNamespace() {
  struct stat found {};
  return stat("/proc/self/ns/pid", &found) == 0 ? std::to_string(found.st_ino) : "0";
}

// Whether the group is of a run in this pid namespace whose process is no more.
bool IsOfTheDead(const std::string& run) {
  const std::vector<std::string> parts = Split(run, '-');
  if (parts.size() != 3 || parts[1] != PidNamespace()) return false;
  const pid_t pid = static_cast<pid_t>(strtol(parts[0].c_str(), nullptr, 10));
  return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

std::string Hierarchy::Name() const { return std::filesystem::path(mount).filename().string(); }

std::vector<Hierarchy> ParseHierarchies(std::string_view mountinfo) {
  std::vector<Hierarchy> hierarchies;
  std::set<std::string> seen;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const std::vector<std::string> mount = Split(line.substr(0, dash), ' ');
    const std::vector<std::string> filesystem = Split(line.substr(dash + 3), ' ');
    if (mount.size() < 6 || filesystem.size() < 3) continue;
    Hierarchy hierarchy{"", mount[4], filesystem[0] == "cgroup2"};
    if (filesystem[0] == "cgroup") {
      hierarchy.controllers = ControllersOf(filesystem[2]);
    } else if (!hierarchy.v2) {
      continue;
    }
    if (seen.insert(hierarchy.controllers).second) hierarchies.push_back(std::move(hierarchy));
  }
  return hierarchies;
}

Result<std::vector<Hierarchy>> Hierarchies() {
  ASSIGN_OR_RETURN(const std::string mountinfo, ReadFile("/proc/self/mountinfo"));
  return ParseHierarchies(mountinfo);
}

std::string CgroupLayout(const std::vector<Hierarchy>& hierarchies) {
  bool v1 = false;
  bool v2 = false;
  for (const Hierarchy& hierarchy : hierarchies) {
    v2 = v2 || hierarchy.v2;
    v1 = v1 || !hierarchy.v2;
  }
  if (v1 && v2) return "hybrid";
  return v1 ? "v1" : v2 ? "v2" : "";
}

Result<CellGroups> CellGroups::Make(const std::vector<Hierarchy>& hierarchies,
                                    const std::string& run, const std::string& cell,
                                    const CellLimits& limits) {
  const bool pure_v2 = CgroupLayout(hierarchies) == "v2";
  CellGroups groups;
  for (const Hierarchy& hierarchy : hierarchies) {
    if (pure_v2) HandDownControllers(hierarchy.mount);
    std::vector<std::string> names = {kParent, "/" + run, "/" + cell};
    if (KeepsCellLimits(hierarchy)) names.emplace_back(kInside);
    RETURN_IF_ERROR(MakeDirectoryOfRun(hierarchy.mount + kParent, run));
    std::string directory = hierarchy.mount;
    for (size_t depth = 0; depth < names.size(); ++depth) {
      directory += names[depth];
      RETURN_IF_ERROR(MakeGroup(hierarchy, directory));
      if (depth == kDepthOfCell) {
        groups.outermost_.push_back(directory);
        LimitGroup(directory, limits);
      }
      HandDownRealtime(hierarchy, directory, depth);
      if (hierarchy.v2 && depth + 1 < names.size()) HandDownControllers(directory);
    }
    groups.directories_.push_back(directory);
  }
  return groups;
}

CellGroups::~CellGroups() {
  for (const std::string& directory : outermost_) RemoveGroupTree(directory);
}

Result<void> JoinGroups(const std::vector<std::string>& directories) {
  for (const std::string& directory : directories)
    RETURN_IF_ERROR(WriteExisting(directory + "/cgroup.procs", "0"));
  return {};
}

void RemoveGroupTree(const std::string& directory) {
  for (const std::string& child : GroupsIn(directory)) RemoveGroupTree(child);
  rmdir(directory.c_str());
}

void RemoveEmptiedGroups(const std::string& directory) {
  // No file of v1 tells when a group can go, so it is tried again.
  constexpr auto kPatience = std::chrono::seconds(5);
  constexpr auto kPause = std::chrono::milliseconds(20);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  RemoveGroupTree(directory);
  while (access(directory.c_str(), F_OK) == 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kPause);
    RemoveGroupTree(directory);
  }
}

void ThawGroupTree(const std::string& directory) {
  (void)WriteExisting(directory + "/freezer.state", "THAWED");  // v1; v2 kills what is frozen
  for (const std::string& child : GroupsIn(directory)) ThawGroupTree(child);
}

std::string NewRunName() {
  return std::to_string(getpid()) + "-" + PidNamespace() + "-" + RandomHex();
}

void RemoveRunGroups(const std::vector<Hierarchy>& hierarchies, const std::string& run) {
  for (const Hierarchy& hierarchy : hierarchies) {
    const std::string parent = hierarchy.mount + kParent;
    RemoveGroupTree(parent + "/" + run);
    for (const std::string& directory : GroupsIn(parent)) {
      const std::string name = std::filesystem::path(directory).filename().string();
      if (IsOfTheDead(name)) RemoveGroupTree(directory);
    }
    rmdir(parent.c_str());  // stays while other runs are in it
  }
}

}  // namespace loadline::conformance
