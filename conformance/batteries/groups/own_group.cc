// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/groups/own_group.h"

namespace loadline::conformance {

Result<OwnGroup> OwnGroup::Make(const Rig& rig, const std::string& controller,
                                const std::string& name, const std::vector<GroupLine>& lines) {
  ASSIGN_OR_RETURN(LimitedGroup group, LimitedGroup::Make(rig, controller, name, lines));
  ASSIGN_OR_RETURN(Native process, Native::Start(rig));
  RETURN_IF_ERROR(group.Write({"cgroup.procs", std::to_string(process.pid())}));
  return OwnGroup(std::move(group), std::move(process));
}

}  // namespace loadline::conformance
