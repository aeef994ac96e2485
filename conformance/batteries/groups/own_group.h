// SPDX-License-Identifier: Apache-2.0
// OwnGroup: a native process in a control group of ours that has the limits of a check. It shows
// whether this kernel keeps them here, whatever the candidate does.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "conformance/batteries/groups/limited_group.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance {

class OwnGroup {
 public:
  // A group of this name in the hierarchy of the controller, with these lines in its files; the
  // process runs in it from its first message on.
  static Result<OwnGroup> Make(const Rig& rig, const std::string& controller,
                               const std::string& name, const std::vector<GroupLine>& lines);

  Native& process() { return process_; }
  const std::string& name() const { return group_.name(); }
  Result<void> Write(const GroupLine& line) { return group_.Write(line); }

 private:
  OwnGroup(LimitedGroup group, Native process)
      : group_(std::move(group)), process_(std::move(process)) {}
  LimitedGroup group_;
  Native process_;  // ends before its group does
};

}  // namespace loadline::conformance
