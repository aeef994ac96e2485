// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/user-namespace-mappings: who the container's ids are outside.
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <unistd.h>

#include "base/files.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/id_map.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// The id that stages run with: root, or the first one that is mapped where root is not.
uint32_t FirstId(const std::vector<IdMapping>& mappings) {
  for (const IdMapping& mapping : mappings) {
    if (mapping.container == 0 && mapping.size > 0) return 0;
  }
  return mappings.empty() ? 0 : mappings[0].container;
}

}  // namespace

Result<void> MapIds(Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  return WriteIdMaps(context.pid, spec.uid_mappings, spec.gid_mappings);
}

// The mapping gave the process no id yet; what follows is done as the namespace's root.
Result<void> BecomeRootInChild(Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (!spec.Has(CLONE_NEWUSER)) return {};
  const gid_t gid = FirstId(spec.gid_mappings);
  const uid_t uid = FirstId(spec.uid_mappings);
  if (setresgid(gid, gid, gid) != 0) return CallError("setresgid", std::to_string(gid));
  if (setresuid(uid, uid, uid) != 0) return CallError("setresuid", std::to_string(uid));
  return {};
}

// oci-runtime/config-linux/time-offsets. The namespace is the caller's children's first, so that
// its offsets can be set; then this process enters it. As the container's root, so that it belongs
// to the container's user namespace and needs no rights outside.
Result<void> EnterTimeNamespaceInChild(Context& context) {
  const LinuxSpec& spec = context.config.linux_spec;
  if (!spec.Makes(CLONE_NEWTIME)) return {};
  if (unshare(CLONE_NEWTIME) != 0) return CallError("unshare", "CLONE_NEWTIME");
  for (const TimeOffset& offset : spec.time_offsets) {
    RETURN_IF_ERROR(WriteExisting("/proc/self/timens_offsets",
                                  offset.clock + " " + std::to_string(offset.seconds) + " " +
                                      std::to_string(offset.nanoseconds)));
  }
  ASSIGN_OR_RETURN(const UniqueFd made, Open("/proc/self/ns/time_for_children", O_RDONLY));
  if (setns(made.get(), CLONE_NEWTIME) != 0) return CallError("setns", "the new time namespace");
  return {};
}

}  // namespace loadline::runtime
