// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/own_group.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/files.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance::control {

Result<OwnGroup> OwnGroup::Make(const Rig& rig, const std::string& controller,
                                const std::string& name, const std::vector<GroupLine>& lines) {
  const std::string parent = rig.CellGroup(controller);
  if (parent.empty()) return Failure("the cell has no controller " + controller);
  ASSIGN_OR_RETURN(Native process, Native::Start(rig));
  const std::string directory = parent + "/" + name;
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  OwnGroup group(directory, name, std::move(process));
  for (const GroupLine& line : lines) RETURN_IF_ERROR(group.Write(line));
  RETURN_IF_ERROR(group.Write({"cgroup.procs", std::to_string(group.process_.pid())}));
  return group;
}

OwnGroup::OwnGroup(OwnGroup&& other) noexcept
    : directory_(std::exchange(other.directory_, {})),
      name_(std::move(other.name_)),
      process_(std::move(other.process_)) {}

OwnGroup::~OwnGroup() {
  if (directory_.empty()) return;
  { const Native ended = std::move(process_); }
  RemoveGroupTree(directory_);
}

Result<void> OwnGroup::Write(const GroupLine& line) {
  return WriteExisting(directory_ + "/" + line.file, line.text);
}

}  // namespace loadline::conformance::control
