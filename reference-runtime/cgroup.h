// SPDX-License-Identifier: Apache-2.0
// Control groups of cgroup v1: where the hierarchies are, and a container's directory in each.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// One mounted v1 hierarchy.
struct Hierarchy {
  std::string mount_point;
  std::string root;                      // what part of the hierarchy is mounted there
  std::vector<std::string> controllers;  // "cpu", "cpuacct"; "name=…" for one without controllers
};

// The v1 hierarchies of this process's mount namespace, each once.
Result<std::vector<Hierarchy>> FindHierarchies();

// Makes <mount point>/<path> in every hierarchy and returns the directories that were made,
// outermost first. A cpuset is filled from its parent, because the kernel takes no process before.
// On error nothing stays behind.
Result<std::vector<std::string>> MakeCgroups(const std::vector<Hierarchy>& hierarchies,
                                             const std::string& path);
// Writes the resources (config.json's linux.resources) into the container's directories.
Result<void> WriteLimits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                         const nlohmann::json& resources);
Result<void> AddProcess(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                        pid_t pid);
// Stops every process of the group, or lets them go on; returns when the kernel has done so.
Result<void> Freeze(const std::string& path);
Result<void> Thaw(const std::string& path);
bool IsFrozen(const std::string& path);
// Kills what is still in the groups, and removes them, innermost first. Groups that others made
// stay.
Result<void> RemoveCgroupDirectories(const std::vector<std::string>& directories);
// The processes in the innermost directories.
std::vector<pid_t> ProcessesIn(const std::vector<std::string>& directories);

}  // namespace loadline::runtime
