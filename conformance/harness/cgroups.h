// SPDX-License-Identifier: Apache-2.0
// The cgroup hierarchies of this host, and groups of ours below /loadline in each of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::conformance {

struct Hierarchy {
  std::string controllers;  // "cpu,cpuacct", "name=systemd"; empty for v2
  std::string mount;        // where the hierarchy is mounted here
  bool v2 = false;
  // The name it is mounted by, e.g. "cpu" or "unified".
  std::string Name() const;
};

// From the text of /proc/self/mountinfo. Each hierarchy once; cpuset, memory … as mounted.
std::vector<Hierarchy> ParseHierarchies(std::string_view mountinfo);
Result<std::vector<Hierarchy>> Hierarchies();
// "v1", "v2" or "hybrid"; empty when there is none.
std::string CgroupLayout(const std::vector<Hierarchy>& hierarchies);

struct CellLimits;

// A group of every hierarchy, `/loadline/<run>/<cell>`; gone at the end of its owner's life, with
// all groups that others made in it. Where there are limits to keep (cell_limits.h) they stand
// there, and the cell is in a group below.
class CellGroups {
 public:
  static Result<CellGroups> Make(const std::vector<Hierarchy>& hierarchies, const std::string& run,
                                 const std::string& cell, const CellLimits& limits);
  CellGroups(CellGroups&& other) noexcept = default;
  CellGroups& operator=(CellGroups&& other) noexcept {
    std::swap(directories_, other.directories_);
    std::swap(outermost_, other.outermost_);
    return *this;
  }
  ~CellGroups();

  // What the cell is in, in the order of the hierarchies.
  const std::vector<std::string>& directories() const { return directories_; }

 private:
  CellGroups() = default;
  std::vector<std::string> directories_;
  std::vector<std::string> outermost_;  // what is removed
};

// Moves the calling process into the groups. No allocation is avoided: call it where that is fine.
Result<void> JoinGroups(const std::vector<std::string>& directories);

// Removes a group with everything below it; groups that still hold processes stay.
void RemoveGroupTree(const std::string& directory);
// The same for groups whose processes have just ended, which the kernel may count for some moments
// more: waits for it, 5 s at most.
void RemoveEmptiedGroups(const std::string& directory);
// Lets the processes of a group and of those below it run again.
void ThawGroupTree(const std::string& directory);

// Removes `/loadline/<run>`, and what runs that ended without cleaning up have left.
void RemoveRunGroups(const std::vector<Hierarchy>& hierarchies, const std::string& run);
// A name for a run of this process, in its pid namespace: RemoveRunGroups() recognises those of
// dead processes, and lets runs be that it cannot see.
std::string NewRunName();

}  // namespace loadline::conformance
