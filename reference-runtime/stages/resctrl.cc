// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/intel-rdt: the container's class of service and monitoring group.
#include "reference-runtime/resctrl.h"

#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {

Result<void> PlanResctrl(Context& context) {
  const auto& wanted = context.config.linux_spec.intel_rdt;
  if (!wanted) return {};
  std::string mount_point = context.resctrl;
  if (mount_point.empty()) {
    ASSIGN_OR_RETURN(mount_point, FindResctrl());
  }
  ASSIGN_OR_RETURN(context.container.rdt,
                   PlanRdtGroups(mount_point, context.container.id, *wanted));
  return {};
}

Result<void> PrepareResctrl(Context& context) {
  const auto& wanted = context.config.linux_spec.intel_rdt;
  if (!wanted || context.container.rdt.group.empty()) return {};
  auto made =
      MakeRdtGroups(context.container.rdt, *wanted, context.config.DeclaresAtLeast(1, 3, 0));
  if (!made.has_value()) context.container.rdt = {};  // nothing of it stays
  return made;
}

Result<void> JoinResctrl(Context& context) {
  return AddToRdtGroups(context.container.rdt, context.pid);
}

Result<void> RemoveResctrl(Context& context) { return RemoveRdtGroups(context.container.rdt); }

}  // namespace loadline::runtime
