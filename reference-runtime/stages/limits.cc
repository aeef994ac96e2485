// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process: resource limits, the out-of-memory score, and priorities.
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/log.h"
#include "reference-runtime/rootless.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// The standard lists SCHED_ISO, for which kernels have kept a number and nothing else.
constexpr NamedNumber kPolicies[] = {{"SCHED_OTHER", 0},   {"SCHED_FIFO", 1}, {"SCHED_RR", 2},
                                     {"SCHED_BATCH", 3},   {"SCHED_ISO", 4},  {"SCHED_IDLE", 5},
                                     {"SCHED_DEADLINE", 6}};
constexpr NamedNumber kSchedulerFlags[] = {
    {"SCHED_FLAG_RESET_ON_FORK", 0x01}, {"SCHED_FLAG_RECLAIM", 0x02},
    {"SCHED_FLAG_DL_OVERRUN", 0x04},    {"SCHED_FLAG_KEEP_POLICY", 0x08},
    {"SCHED_FLAG_KEEP_PARAMS", 0x10},   {"SCHED_FLAG_UTIL_CLAMP_MIN", 0x20},
    {"SCHED_FLAG_UTIL_CLAMP_MAX", 0x40}};

// The kernel's struct sched_attr, second version: the first one takes no clamps. The standard has
// no values for them, so the flags take the clamps to the kernel's defaults, which is what -1 asks
// for.
struct SchedulerAttributes {
  uint32_t size = sizeof(SchedulerAttributes);
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0;
  uint64_t deadline = 0;
  uint64_t period = 0;
  uint32_t clamp_minimum = ~0U;
  uint32_t clamp_maximum = ~0U;
};

template <size_t N>
Result<int> NumberOf(const NamedNumber (&table)[N], const std::string& name) {
  for (const NamedNumber& entry : table) {
    if (entry.name == name) return entry.number;
  }
  return Failure("process.scheduler has the unknown word " + name, "use a name of sched(7)");
}

std::string NameOf(int resource) {
  for (const NamedNumber& entry : kRlimits) {
    if (entry.number == resource) return std::string(entry.name);
  }
  return std::to_string(resource);
}

}  // namespace

// oci-runtime/config/process/rlimits. The parent lifts hard limits, which a user namespace could
// not; the child sets the final values, last, because its own stages need descriptors.
Result<void> LiftRlimits(Context& context) {
  for (const RlimitSpec& wanted : context.config.process->rlimits) {
    rlimit limit{};
    const auto resource = static_cast<__rlimit_resource>(wanted.resource);
    if (prlimit(context.pid, resource, nullptr, &limit) != 0)
      return CallError("prlimit", NameOf(wanted.resource));
    if (wanted.value.rlim_max <= limit.rlim_max) continue;
    limit.rlim_max = wanted.value.rlim_max;
    if (prlimit(context.pid, resource, &limit, nullptr) != 0)
      return CallError("prlimit", NameOf(wanted.resource))
          .Hint("raising a hard limit needs CAP_SYS_RESOURCE");
  }
  return {};
}

Result<void> SetRlimitsInChild(Context& context) {
  for (const RlimitSpec& wanted : context.config.process->rlimits) {
    if (setrlimit(static_cast<__rlimit_resource>(wanted.resource), &wanted.value) != 0)
      return CallError("setrlimit", NameOf(wanted.resource));
  }
  return {};
}

// oci-runtime/config/process/oom-score-adj
Result<void> SetOomScore(Context& context) {
  const std::string file = "/proc/" + std::to_string(context.pid) + "/oom_score_adj";
  const std::string wanted = std::to_string(*context.config.process->oom_score_adj);
  if (ReadFile(file).value_or("") == wanted + "\n") return {};
  auto written = WriteExisting(file, wanted);
  if (written.has_value() || !IsRootless(context) || !IsMissingRight(written.error()))
    return written;
  // Users may not lower the score of what they have.
  Warn("process.oomScoreAdj: " + written.error().ToLine());
  return {};
}

Result<void> SetIoPriorityInChild(Context& context) {
  if (!context.config.process || !context.config.process->io_priority) return {};
  const auto [io_class, priority] = *context.config.process->io_priority;
  constexpr int kWhoProcess = 1;
  if (syscall(SYS_ioprio_set, kWhoProcess, 0, io_class << 13 | priority) != 0)
    return CallError("ioprio_set");
  return {};
}

Result<void> SetSchedulerInChild(Context& context) {
  if (!context.config.process || !context.config.process->scheduler) return {};
  const nlohmann::json& wanted = *context.config.process->scheduler;
  SchedulerAttributes attributes;
  try {
    ASSIGN_OR_RETURN(const int policy, NumberOf(kPolicies, wanted.at("policy").get<std::string>()));
    attributes.policy = static_cast<uint32_t>(policy);
    for (const auto& flag : wanted.value("flags", nlohmann::json::array())) {
      ASSIGN_OR_RETURN(const int bit, NumberOf(kSchedulerFlags, flag.get<std::string>()));
      attributes.flags |= static_cast<uint64_t>(bit);
    }
    attributes.nice = wanted.value("nice", 0);
    attributes.priority = wanted.value("priority", 0U);
    attributes.runtime = wanted.value("runtime", uint64_t{0});
    attributes.deadline = wanted.value("deadline", uint64_t{0});
    attributes.period = wanted.value("period", uint64_t{0});
  } catch (const nlohmann::json::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("process.scheduler: ") + problem.what());
  }
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0)
    return CallError("sched_setattr", wanted["policy"].get<std::string>())
        .Hint("the values of process.scheduler have to suit its policy; see sched(7)");
  return {};
}

}  // namespace loadline::runtime
