// SPDX-License-Identifier: Apache-2.0
// Which hierarchies of control groups this host has.
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

bool IsController(const std::string& option) {
  static const std::set<std::string> known{"blkio",    "cpu",        "cpuacct", "cpuset", "devices",
                                           "freezer",  "hugetlb",    "memory",  "misc",   "net_cls",
                                           "net_prio", "perf_event", "pids",    "rdma"};
  return known.count(option) > 0;
}

bool IsNamed(const std::string& option) { return option.starts_with("name="); }

// A hierarchy with a name alone (systemd's) limits nothing.
bool Limits(const Hierarchy& hierarchy) {
  return hierarchy.version == 1 &&
         std::any_of(hierarchy.controllers.begin(), hierarchy.controllers.end(), IsController);
}

Hierarchy FromV1(const std::vector<std::string>& left, const std::string& options) {
  Hierarchy hierarchy{1, left[4], left[3], {}, {}};
  for (const std::string& option : SplitText(options, ','))
    if (IsController(option) || IsNamed(option)) hierarchy.controllers.push_back(option);
  return hierarchy;
}

Hierarchy FromV2(const std::vector<std::string>& left, const std::string& options) {
  Hierarchy hierarchy{2, left[4], left[3], {}, {}};
  for (const std::string& option : SplitText(options, ','))
    if (option != "rw" && option != "ro") hierarchy.options.push_back(option);
  return hierarchy;
}

}  // namespace

bool Hierarchy::Has(std::string_view controller) const {
  return std::find(controllers.begin(), controllers.end(), controller) != controllers.end();
}

const Hierarchy* FindUnified(const std::vector<Hierarchy>& hierarchies) {
  for (const Hierarchy& hierarchy : hierarchies)
    if (hierarchy.version == 2) return &hierarchy;
  return nullptr;
}

bool HasV1Controllers(const std::vector<Hierarchy>& hierarchies) {
  return std::any_of(hierarchies.begin(), hierarchies.end(), Limits);
}

void LeaveOutUnified(std::vector<Hierarchy>& hierarchies) {
  if (!HasV1Controllers(hierarchies)) return;
  std::erase_if(hierarchies, [](const Hierarchy& hierarchy) { return hierarchy.version == 2; });
}

std::vector<Hierarchy> HierarchiesOf(const std::string& mountinfo, bool unified) {
  std::vector<Hierarchy> hierarchies;
  std::set<std::string> seen;
  for (const std::string& line : SplitText(mountinfo, '\n')) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const auto left = SplitText(line.substr(0, dash), ' ');
    const auto right = SplitText(line.substr(dash + 3), ' ');
    if (left.size() < 6 || right.size() < 3) continue;
    if (right[0] == "cgroup2") {
      if (seen.insert("cgroup2").second) hierarchies.push_back(FromV2(left, right[2]));
    } else if (right[0] == "cgroup") {
      Hierarchy hierarchy = FromV1(left, right[2]);
      if (!hierarchy.controllers.empty() && seen.insert(hierarchy.controllers[0]).second)
        hierarchies.push_back(std::move(hierarchy));
    }
  }
  if (!unified) LeaveOutUnified(hierarchies);
  return hierarchies;
}

std::string PathInHierarchy(const Hierarchy& hierarchy, const std::string& membership) {
  // The line of v2 names no controllers.
  const std::string needle = ":" + (hierarchy.version == 2 ? "" : hierarchy.controllers[0]);
  size_t line = 0;
  while (line < membership.size()) {
    const size_t end = membership.find('\n', line);
    const std::string entry = membership.substr(line, end - line);
    line = end == std::string::npos ? membership.size() : end + 1;
    const size_t path = entry.rfind(':');
    if ((entry.substr(0, path) + ",").find(needle + ",") == std::string::npos) continue;
    std::string found = entry.substr(path + 1);
    if (hierarchy.root != "/" && found.starts_with(hierarchy.root))
      found = found.substr(hierarchy.root.size());
    return found == "/" ? "" : found;
  }
  return "";
}

Result<std::string> CgroupMounts() {
  // Asked for more than once, and the same for the life of an operation.
  static std::optional<std::string> text;
  if (text) return *text;
  ASSIGN_OR_RETURN(const std::string all, ReadFile("/proc/self/mountinfo"));
  std::string found;
  for (const std::string& line : SplitText(all, '\n'))
    if (line.find(" - cgroup") != std::string::npos) found += line + "\n";
  return text.emplace(std::move(found));
}

Result<std::vector<Hierarchy>> FindHierarchies(bool unified) {
  ASSIGN_OR_RETURN(const std::string text, CgroupMounts());
  return HierarchiesOf(text, unified);
}

Result<std::vector<Hierarchy>> FindHierarchies(const CgroupPlace& place) {
  auto known = HierarchiesOf(place.mounts, place.unified);
  const bool stand =
      !known.empty() && access((known[0].mount_point + place.path).c_str(), F_OK) == 0;
  return stand ? known : FindHierarchies(place.unified);
}

}  // namespace loadline::runtime
