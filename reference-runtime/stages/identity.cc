// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/user-namespace-mappings: who the container's ids are outside.
#include <grp.h>
#include <sched.h>
#include <unistd.h>

#include "reference-runtime/id_map.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {

Result<void> MapIds(Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (!spec.Makes(CLONE_NEWUSER)) return {};
  return WriteIdMaps(context.pid, spec.uid_mappings, spec.gid_mappings);
}

// The mapping gave the process no id yet; what follows is done as the namespace's root.
Result<void> BecomeRootInChild(Context& context) {
  if (!context.config.linux_spec.Has(CLONE_NEWUSER)) return {};
  if (setresgid(0, 0, 0) != 0) return CallError("setresgid", "0");
  if (setresuid(0, 0, 0) != 0) return CallError("setresuid", "0");
  return {};
}

}  // namespace loadline::runtime
