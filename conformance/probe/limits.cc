// SPDX-License-Identifier: Apache-2.0
// Resource limits, priorities and processors.
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>
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
constexpr const char* kIoClasses[] = {"IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE",
                                      "IOPRIO_CLASS_IDLE"};

}  // namespace

void ObserveLimits(Json& probe) {
  for (const Limit& limit : kLimits) {
    rlimit value{};
    if (getrlimit(limit.resource, &value) == 0)
      probe["rlimits"][limit.name] = {{"soft", value.rlim_cur}, {"hard", value.rlim_max}};
  }
  const std::string score = ReadText("/proc/self/oom_score_adj");
  if (!score.empty()) probe["oomScoreAdj"] = std::atoi(score.c_str());
  const int nice_value = getpriority(PRIO_PROCESS, 0);
  probe["nice"] = nice_value;
  constexpr int kWhoProcess = 1;
  const long priority = syscall(SYS_ioprio_get, kWhoProcess, 0);
  if (priority >= 0 && (priority >> 13) < 4)
    probe["ioPriority"] = {{"class", kIoClasses[priority >> 13]}, {"priority", priority & 0x1fff}};
  const int policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
  sched_param parameters{};
  if (policy >= 0 && policy < static_cast<int>(std::size(kPolicies)) &&
      sched_getparam(0, &parameters) == 0) {
    probe["scheduler"] = {{"policy", kPolicies[policy]},
                          {"nice", nice_value},
                          {"priority", parameters.sched_priority}};
  }
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
