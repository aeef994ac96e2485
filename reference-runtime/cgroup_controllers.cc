// SPDX-License-Identifier: Apache-2.0
// Controllers of cgroup v2: a group has those that its parent hands down
// (oci-runtime/config-linux/unified/controllers-enabled).
#include "reference-runtime/cgroup_controllers.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <set>

#include "base/files.h"
#include "reference-runtime/log.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Names = std::set<std::string>;

// What every group gets where it is to be had, as it does on v1: a later `update`, and whoever
// measures the container, find it there. The standard allows more than is needed.
const Names kUsual{"cpu", "cpuset", "io", "memory", "pids"};

Result<Names> ReadNames(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  const auto words = Words(text);
  return Names(words.begin(), words.end());
}

std::string Joined(const Names& names, const std::string& before) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += " ";
    text += before;
    text += name;
  }
  return text;
}

Names Both(const Names& a, const Names& b) {
  Names both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
  return both;
}

Names Without(const Names& a, const Names& b) {
  Names rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}

// Below the root of the tree a group with processes hands down nothing. The kernel would take some
// controllers all the same and make the group a threaded one, which spoils it for its children.
bool HoldsProcesses(const std::string& directory) {
  if (access((directory + "/cgroup.type").c_str(), F_OK) != 0) return false;  // the root has none
  return !ReadFile(directory + "/cgroup.procs").value_or("").empty();
}

Error Busy(const std::string& directory, const Names& needed) {
  return Failure("the group " + directory +
                     " has processes, so it cannot hand down the controller" +
                     (needed.size() > 1 ? "s " : " ") + Joined(needed, ""),
                 "move its processes into a group of their own below it, or choose a "
                 "linux.cgroupsPath that is not below it");
}

}  // namespace

Result<void> HandDown(const std::string& directory, const std::vector<std::string>& controllers) {
  const Names needed(controllers.begin(), controllers.end());
  ASSIGN_OR_RETURN(const Names available, ReadNames(directory + "/cgroup.controllers"));
  // oci-runtime/config-linux/unified/error-when-controller-missing
  if (const Names missing = Without(needed, available); !missing.empty())
    return Failure("cgroup v2 has no controller " + Joined(missing, "") + " at " + directory,
                   "it has " + (available.empty() ? "none" : Joined(available, "")) +
                       ": remove what needs another from linux.resources");
  ASSIGN_OR_RETURN(const Names enabled, ReadNames(directory + "/cgroup.subtree_control"));
  Names wanted = needed;
  wanted.insert(kUsual.begin(), kUsual.end());
  wanted = Without(Both(wanted, available), enabled);
  if (wanted.empty()) return {};
  const Names must = Without(needed, enabled);
  const bool busy = HoldsProcesses(directory);
  if (busy && !must.empty()) return Busy(directory, must);
  const std::string file = directory + "/cgroup.subtree_control";
  if (!busy && WriteExisting(file, Joined(wanted, "+")).has_value()) return {};
  Debug("not every controller could be enabled in " + directory);
  if (must.empty()) return {};
  auto written = WriteExisting(file, Joined(must, "+"));
  if (written.has_value()) return {};
  if (written.error().number == EBUSY) return Busy(directory, must);
  return std::move(written).error().Hint("the controllers of a group are enabled by its parent");
}

Result<void> HandDownTo(const std::string& mount_point, const std::string& path,
                        const std::vector<std::string>& controllers) {
  std::string directory = mount_point;
  for (const std::string& part : SplitText(path, '/')) {
    if (part.empty()) continue;
    RETURN_IF_ERROR(HandDown(directory, controllers));
    directory += "/" + part;
  }
  return {};
}

}  // namespace loadline::runtime
