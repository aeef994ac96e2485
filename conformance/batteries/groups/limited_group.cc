// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/groups/limited_group.h"

#include <sys/stat.h>

#include <utility>

#include "base/files.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance {

Result<LimitedGroup> LimitedGroup::Make(const Rig& rig, const std::string& controller,
                                        const std::string& name,
                                        const std::vector<GroupLine>& lines) {
  const std::string parent = rig.CellGroup(controller);
  if (parent.empty()) return Failure("the cell has no controller " + controller);
  const std::string directory = parent + "/" + name;
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  LimitedGroup group(directory, name);
  for (const GroupLine& line : lines) RETURN_IF_ERROR(group.Write(line));
  return group;
}

LimitedGroup::LimitedGroup(LimitedGroup&& other) noexcept
    : directory_(std::exchange(other.directory_, {})), name_(std::move(other.name_)) {}

LimitedGroup::~LimitedGroup() {
  if (!directory_.empty()) RemoveEmptiedGroups(directory_);
}

Result<void> LimitedGroup::Write(const GroupLine& line) const {
  return WriteExisting(directory_ + "/" + line.file, line.text);
}

}  // namespace loadline::conformance
