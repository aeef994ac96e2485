// SPDX-License-Identifier: Apache-2.0
// On which processors and with which memory nodes a process runs.
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

Result<void> RunOn(const NumberSet& processors, const char* which) {
  if (processors.empty()) return {};
  if (syscall(SYS_sched_setaffinity, 0, processors.size() * sizeof(unsigned long),
              processors.data()) < 0)
    return CallError("sched_setaffinity", std::string("process.execCPUAffinity.") + which)
        .Hint("name processors that are there and that the container's cpuset allows");
  return {};
}

}  // namespace

// oci-runtime/config/process/exec-cpu-affinity/initial: what this process has, its child begins
// with.
Result<void> SetInitialAffinity(Context& context) {
  return RunOn(context.config.process->exec_affinity.initial, "initial");
}

// oci-runtime/config/process/exec-cpu-affinity/final. Moving a process into a cpuset may have
// changed what it had.
Result<void> SetFinalAffinityInChild(Context& context) {
  return RunOn(context.config.process->exec_affinity.final, "final");
}

// oci-runtime/config-linux/memory-policy. The payload's: the runtime's own memory stays as it is.
Result<void> SetMemoryPolicyInChild(Context& context) {
  const auto& policy = context.config.linux_spec.memory_policy;
  if (!policy) return {};
  const NumberSet& nodes = policy->nodes;
  // The kernel looks at one bit less than it is told.
  const unsigned long bits = nodes.empty() ? 0 : nodes.size() * kBitsPerWord + 1;
  if (syscall(SYS_set_mempolicy, policy->mode, nodes.empty() ? nullptr : nodes.data(), bits) != 0)
    return CallError("set_mempolicy", "linux.memoryPolicy")
        .Hint("the mode has to suit the nodes and flags, and the nodes have to be there");
  return {};
}

}  // namespace loadline::runtime
