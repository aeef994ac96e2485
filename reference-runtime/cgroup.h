// SPDX-License-Identifier: Apache-2.0
// Control groups: where the hierarchies of cgroup v1 and the tree of cgroup v2 are, and a
// container's directory in each.
#pragma once

#include <sys/types.h>

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::runtime {

// One mounted v1 hierarchy, or the tree of v2.
struct Hierarchy {
  int version = 1;
  std::string mount_point;
  std::string root;                      // what part of the hierarchy is mounted there
  std::vector<std::string> controllers;  // v1: "cpu", "cpuacct"; "name=…" for one without
                                         // controllers. v2: none, because each group lists its own
  std::vector<std::string> options;      // v2: the flags of the filesystem, such as nsdelegate

  bool Has(std::string_view controller) const;
};

// Who makes a container's groups.
enum class CgroupManager {
  kCgroupfs,  // this runtime
  kSystemd,   // systemd, which is asked for a scope
  kNone,      // nobody: the process stays in the caller's
};

// Where a container's groups stand.
struct CgroupPlace {
  std::string path;      // the same below every hierarchy; empty when it has no groups
  bool unified = false;  // on a host with v1 and v2: in the tree of v2 as well
  std::string mounts;    // the lines of mountinfo about cgroup filesystems when they were made
};

// The hierarchies of this process's mount namespace, each once. Where v1 has controllers, the tree
// of v2 is among them only when `unified` asks for it.
Result<std::vector<Hierarchy>> FindHierarchies(bool unified);
// Those that a container's groups are in. Its place knows them, as long as they are still mounted
// there: asking the kernel costs more than the rest of a small operation, and grows with its
// mounts.
Result<std::vector<Hierarchy>> FindHierarchies(const CgroupPlace& place);
// What a place remembers: the lines of this process's mountinfo that are about them.
Result<std::string> CgroupMounts();
// The same from the text of a mountinfo file.
std::vector<Hierarchy> HierarchiesOf(const std::string& mountinfo, bool unified);
// Where a process stands in a hierarchy, below what is mounted of it, from the text of its
// /proc/PID/cgroup; empty for the top.
std::string PathInHierarchy(const Hierarchy& hierarchy, const std::string& membership);
// Whether v1 limits anything here; a hierarchy that has a name alone does not.
bool HasV1Controllers(const std::vector<Hierarchy>& hierarchies);
// Leaves the tree of v2 out where v1 has controllers.
void LeaveOutUnified(std::vector<Hierarchy>& hierarchies);
// The tree of v2; nullptr when it is not among them.
const Hierarchy* FindUnified(const std::vector<Hierarchy>& hierarchies);

// The directories of <mount point>/<path> in every hierarchy that are not there yet, outermost
// first: what MakeCgroups is going to make, unless somebody else is quicker.
std::vector<std::string> MissingCgroups(const std::vector<Hierarchy>& hierarchies,
                                        const std::string& path);
// Makes <mount point>/<path> in every hierarchy and returns the directories that were made,
// outermost first, ready for what `resources` needs: a cpuset of v1 is filled from its parent,
// because the kernel takes no process before; in v2 the controllers are enabled on the way.
// On error nothing stays behind.
Result<std::vector<std::string>> MakeCgroups(const std::vector<Hierarchy>& hierarchies,
                                             const std::string& path,
                                             const nlohmann::json& resources);
// Whether `resources` needs the tree of v2 on a host where v1 has controllers: nothing else can
// keep it.
Result<bool> NeedsUnified(const std::vector<Hierarchy>& hierarchies,
                          const nlohmann::json& resources);
// Enables in v2, from the mount point down to the parent of the group, the controllers that
// `resources` needs. An error names the group that stands in the way.
Result<void> EnableControllers(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                               const nlohmann::json& resources);
// Writes the resources (config.json's linux.resources) into the container's directories.
Result<void> WriteLimits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                         const nlohmann::json& resources);
// Moves a process into the groups; one that was cloned into its group of v2 stays there.
Result<void> AddProcess(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                        pid_t pid);
// The files through which a process moves itself into the groups of v1. The kernel moves another
// process only once every processor has passed a quiet state, which can take many milliseconds; a
// process without threads that moves itself waits for nobody.
Result<UniqueFd> OpenTasks(const Hierarchy& hierarchy, const std::string& path);
Result<void> MoveSelf(const std::vector<UniqueFd>& tasks);
// Stops every process of the group, or lets them go on; returns when the kernel has done so.
Result<void> Freeze(const CgroupPlace& place);
Result<void> Thaw(const CgroupPlace& place);
bool IsFrozen(const CgroupPlace& place);
// The processes of a group and of what is below it.
void CollectProcesses(const std::string& directory, std::set<pid_t>& pids);
// Sends a signal to every process of the innermost of these directories and of what is below them.
void SignalCgroups(const std::vector<std::string>& directories, int signal);
// Kills what is still in the groups, and removes them, innermost first, with what the container
// made below its own. Groups that others made stay.
Result<void> RemoveCgroupDirectories(const std::vector<std::string>& directories);

}  // namespace loadline::runtime
