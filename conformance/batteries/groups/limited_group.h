// SPDX-License-Identifier: Apache-2.0
// LimitedGroup: a control group of ours with limits, below the cell's own, that nobody is in yet.
#pragma once

#include <string>
#include <vector>

#include "conformance/batteries/groups/group_files.h"

namespace loadline::conformance {

class LimitedGroup {
 public:
  // A group of this name in the hierarchy of the controller, with these lines in its files.
  static Result<LimitedGroup> Make(const Rig& rig, const std::string& controller,
                                   const std::string& name, const std::vector<GroupLine>& lines);
  LimitedGroup(LimitedGroup&& other) noexcept;
  LimitedGroup& operator=(LimitedGroup&&) = delete;
  ~LimitedGroup();  // removes the group, which has to be empty by then

  const std::string& directory() const { return directory_; }
  const std::string& name() const { return name_; }
  Result<void> Write(const GroupLine& line) const;

 private:
  LimitedGroup(std::string directory, std::string name)
      : directory_(std::move(directory)), name_(std::move(name)) {}
  std::string directory_;  // empty in one that was moved from
  std::string name_;
};

}  // namespace loadline::conformance
