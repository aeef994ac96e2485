// SPDX-License-Identifier: Apache-2.0
// Resource limits, priorities and processors.
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <iterator>
#include <nlohmann/json.hpp>

#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

struct Limit {
  const char* name;
  __rlimit_resource resource;
};

constexpr Limit kLimits[] = {
    {"RLIMIT_AS", RLIMIT_AS},
    {"RLIMIT_CORE", RLIMIT_CORE},
    {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_DATA", RLIMIT_DATA},
    {"RLIMIT_FSIZE", RLIMIT_FSIZE},
    {"RLIMIT_LOCKS", RLIMIT_LOCKS},
    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    {"RLIMIT_NICE", RLIMIT_NICE},
    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
    {"RLIMIT_NPROC", RLIMIT_NPROC},
    {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    {"RLIMIT_RTTIME", RLIMIT_RTTIME},
    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK", RLIMIT_STACK},
};

constexpr const char* kPolicies[] = {"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR",      "SCHED_BATCH",
                                     "SCHED_ISO",   "SCHED_IDLE", "SCHED_DEADLINE"};
constexpr int kDeadlinePolicy = 6;
constexpr const char* kIoClasses[] = {"IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE",
                                      "IOPRIO_CLASS_IDLE"};

// The first version of the kernel's struct sched_attr, for which this C library has no name.
struct SchedulerAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

struct SchedulerFlag {
  const char* name;
  uint64_t bit;
};
constexpr SchedulerFlag kSchedulerFlags[] = {{"SCHED_FLAG_RESET_ON_FORK", 0x01},
                                             {"SCHED_FLAG_RECLAIM", 0x02},
                                             {"SCHED_FLAG_DL_OVERRUN", 0x04}};

// The I/O priority of this process, or the best one in its process group.
void ObserveIoPriority(Json& probe, const char* key, int who) {
  const long priority = syscall(SYS_ioprio_get, who, 0);
  if (priority >= 0 && (priority >> 13) < 4)
    probe[key] = {{"class", kIoClasses[priority >> 13]}, {"priority", priority & 0x1fff}};
}

void ObserveScheduler(Json& probe) {
  SchedulerAttributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0 ||
      attributes.policy >= std::size(kPolicies))
    return;
  Json& scheduler = probe["scheduler"];
  scheduler = {{"policy", kPolicies[attributes.policy]},
               {"nice", probe["nice"]},
               {"priority", attributes.priority},
               {"flags", Json::array()}};
  for (const SchedulerFlag& flag : kSchedulerFlags) {
    if ((attributes.flags & flag.bit) != 0) scheduler["flags"].push_back(flag.name);
  }
  if (attributes.policy != kDeadlinePolicy) return;  // others have a time slice in these places
  scheduler["runtime"] = attributes.runtime;
  scheduler["deadline"] = attributes.deadline;
  scheduler["period"] = attributes.period;
}

constexpr const char* kMemoryPolicies[] = {
    "MPOL_DEFAULT",        "MPOL_PREFERRED",          "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL",
    "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"};
constexpr int kMemoryPolicyFlags = 0xe000;  // beside the policy in one number

void ObserveMemoryPolicy(Json& probe) {
  int mode = 0;
  if (syscall(SYS_get_mempolicy, &mode, nullptr, 0, nullptr, 0) != 0) return;
  mode &= ~kMemoryPolicyFlags;
  if (static_cast<size_t>(mode) < std::size(kMemoryPolicies))
    probe["memoryPolicy"] = kMemoryPolicies[mode];
}

}  // namespace

void ObserveLimits(Json& probe) {
  for (const Limit& limit : kLimits) {
    rlimit value{};
    if (getrlimit(limit.resource, &value) == 0)
      probe["rlimits"][limit.name] = {{"soft", value.rlim_cur}, {"hard", value.rlim_max}};
  }
  const std::string score = ReadText("/proc/self/oom_score_adj");
  if (!score.empty()) probe["oomScoreAdj"] = std::atoi(score.c_str());
  probe["nice"] = getpriority(PRIO_PROCESS, 0);
  constexpr int kWhoProcess = 1;
  constexpr int kWhoGroup = 2;
  ObserveIoPriority(probe, "ioPriority", kWhoProcess);
  ObserveIoPriority(probe, "ioPriorityOfGroup", kWhoGroup);
  ObserveScheduler(probe);
  ObserveMemoryPolicy(probe);
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) == 0) {
    for (int number = 0; number < CPU_SETSIZE; ++number) {
      if (CPU_ISSET(number, &processors)) probe["cpuAffinity"].push_back(number);
    }
  }
  timespec boot{};
  timespec monotonic{};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  probe["time"] = {{"boottimeSeconds", boot.tv_sec}, {"monotonicSeconds", monotonic.tv_sec}};
}

}  // namespace loadline::probe
