// SPDX-License-Identifier: Apache-2.0
// What an operation can leave behind: processes, control groups, files.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace loadline::faults {

// Paths below a directory, relative to it, without what is mounted there.
std::set<std::string> FilesBelow(const std::string& directory);
// Whether a path of the scene is a directory that create makes to mount on.
bool IsMountPoint(const std::string& file);
// A group and those below it, outermost first; none when there is no such group.
std::vector<std::string> GroupsBelow(const std::string& directory);
// Kills what is in them, and removes them.
void RemoveGroups(const std::string& directory);
// The living children of this process, which orphans become, but for one that may live; reaps the
// others. Those that are about to end have `patience` to do so.
std::vector<std::string> LeftoverProcesses(std::chrono::milliseconds patience, pid_t spared);
// Reaps the children that have ended, but for one: process 1 of a host does so all the time, and
// what is not reaped keeps its pid namespace from ending.
void ReapOrphans(pid_t spared);
// Kills and reaps them, and their descendants.
void KillDescendants();

}  // namespace loadline::faults
