// SPDX-License-Identifier: Apache-2.0
// OwnGroup: a native process in a control group of ours that has the limits of a check. It shows
// whether this kernel keeps them here, whatever the candidate does.
#pragma once

#include <string>
#include <vector>

#include "conformance/batteries/control/group_files.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {

class OwnGroup {
 public:
  // A group of this name in the hierarchy of the controller, with these lines in its files; the
  // process runs in it from its first message on.
  static Result<OwnGroup> Make(const Rig& rig, const std::string& controller,
                               const std::string& name, const std::vector<GroupLine>& lines);
  OwnGroup(OwnGroup&& other) noexcept;
  OwnGroup& operator=(OwnGroup&&) = delete;
  ~OwnGroup();  // ends the process and removes the group

  Native& process() { return process_; }
  const std::string& name() const { return name_; }
  Result<void> Write(const GroupLine& line);

 private:
  OwnGroup(std::string directory, std::string name, Native process)
      : directory_(std::move(directory)), name_(std::move(name)), process_(std::move(process)) {}
  std::string directory_;  // empty in one that was moved from
  std::string name_;
  Native process_;
};

}  // namespace loadline::conformance::control
