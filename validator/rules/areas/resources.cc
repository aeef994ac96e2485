// SPDX-License-Identifier: Apache-2.0
// Rules on resources and the cgroup path.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kBurst[] = {"oci-runtime/config-linux/cpu/burst-not-above-quota",
                                       "oci-runtime/config-linux/cpu/quota-not-below-burst"};
constexpr std::string_view kIdle[] = {"oci-runtime/config-linux/cpu/idle-known"};
constexpr std::string_view kKernel[] = {"oci-runtime/config-linux/memory/kernel-not-recommended"};
constexpr std::string_view kKernelTcp[] = {
    "oci-runtime/config-linux/memory/kernel-tcp-not-recommended"};
constexpr std::string_view kWeight[] = {
    "oci-runtime/config-linux/block-io/weight-device/some-weight-required"};
constexpr std::string_view kUnified[] = {"oci-runtime/config-linux/unified/key-is-file"};

constexpr std::string_view kBytes[] = {
    "oci-runtime/config-linux/memory/value-in-bytes-or-unlimited"};
constexpr std::string_view kLists[] = {"oci-runtime/config-linux/cpu/cpus-list-format",
                                       "oci-runtime/config-linux/cpu/mems-list-format"};

const std::string kResources = "/linux/resources";

std::optional<Whole> Limit(const RuleInput& input, const char* pointer) {
  return WholeAt(input.config, kResources + pointer);
}

void CheckCgroupsPath(const RuleInput& input, Reporter& reporter) {
  const auto path = StringAt(input.config, "/linux/cgroupsPath");
  if (path && ("/" + *path + "/").find("/../") != std::string::npos)
    reporter.Report("/linux/cgroupsPath", "\"" + *path + "\" climbs with \"..\"",
                    "name the group itself");
}

void CheckSwap(const RuleInput& input, Reporter& reporter) {
  const auto limit = Limit(input, "/memory/limit");
  const auto swap = Limit(input, "/memory/swap");
  if (!swap || *swap < 0) return;
  if (!limit)
    return reporter.Report(kResources + "/memory/swap", "a swap limit needs a memory limit",
                           "add limit");
  if (*limit < 0)
    return reporter.Report(kResources + "/memory/swap",
                           "a swap limit needs a memory limit, and that is unlimited",
                           "give limit a size, or swap -1");
  if (*swap < *limit)
    reporter.Report(kResources + "/memory/swap",
                    "memory and swap together, " + Text(*swap) + ", are below the memory limit, " +
                        Text(*limit),
                    "swap is the sum of both: raise it");
}

void CheckReservation(const RuleInput& input, Reporter& reporter) {
  const auto limit = Limit(input, "/memory/limit");
  const auto reservation = Limit(input, "/memory/reservation");
  if (limit && reservation && *limit >= 0 && *reservation > *limit)
    reporter.Report(kResources + "/memory/reservation",
                    "the reservation " + Text(*reservation) + " is above the limit " + Text(*limit),
                    "lower it");
}

void CheckNegative(const RuleInput& input, Reporter& reporter) {
  for (const char* key : {"/memory/limit", "/memory/reservation", "/memory/swap", "/memory/kernel",
                          "/memory/kernelTCP"}) {
    const auto value = Limit(input, key);
    if (value && *value < -1)
      reporter.Report(kResources + key, Text(*value) + " is not a size",
                      "give bytes, or -1 for no limit");
  }
}

void CheckKernel(const RuleInput& input, Reporter& reporter) {
  if (Limit(input, "/memory/kernel"))
    reporter.Report(kResources + "/memory/kernel",
                    "kernel memory limits are gone from current kernels", "remove it");
}

void CheckKernelTcp(const RuleInput& input, Reporter& reporter) {
  if (Limit(input, "/memory/kernelTCP"))
    reporter.Report(kResources + "/memory/kernelTCP", "limits of TCP buffers alone are discouraged",
                    "remove it");
}

void CheckBurst(const RuleInput& input, Reporter& reporter) {
  const auto quota = Limit(input, "/cpu/quota");
  const auto burst = Limit(input, "/cpu/burst");
  if (burst && quota && *quota >= 0 && *burst > *quota)
    reporter.Report(kResources + "/cpu/burst",
                    "the burst " + Text(*burst) + " is above the quota " + Text(*quota),
                    "lower it");
}

void CheckPeriod(const RuleInput& input, Reporter& reporter) {
  const auto period = Limit(input, "/cpu/period");
  if (period && *period != 0 && (*period < 1000 || *period > 1000000))
    reporter.Report(kResources + "/cpu/period",
                    "a period of " + Text(*period) + " µs is out of range", "give 1000 to 1000000");
}

void CheckQuota(const RuleInput& input, Reporter& reporter) {
  const auto quota = Limit(input, "/cpu/quota");
  if (quota && *quota > 0 && *quota < 1000)
    reporter.Report(kResources + "/cpu/quota", "a quota of " + Text(*quota) + " µs is out of range",
                    "the kernel takes 1000 or more");
}

void CheckRealtime(const RuleInput& input, Reporter& reporter) {
  const auto runtime = Limit(input, "/cpu/realtimeRuntime");
  const auto period = Limit(input, "/cpu/realtimePeriod");
  if (runtime && period && *runtime > *period)
    reporter.Report(
        kResources + "/cpu/realtimeRuntime",
        "the realtime runtime " + Text(*runtime) + " is above its period " + Text(*period),
        "lower it");
}

void CheckIdle(const RuleInput& input, Reporter& reporter) {
  const auto idle = Limit(input, "/cpu/idle");
  if (idle && *idle != 0 && *idle != 1)
    reporter.Report(kResources + "/cpu/idle", Text(*idle) + " is neither 0 nor 1",
                    "1 makes the group idle");
}

// "0-3,7": numbers and ranges that do not run backwards.
bool IsList(const std::string& text) {
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    int first = 0;
    int last = 0;
    int used = 0;
    const bool range = std::sscanf(part.c_str(), " %d-%d %n", &first, &last, &used) == 2;
    if (!range) {
      used = 0;
      if (std::sscanf(part.c_str(), " %d %n", &first, &used) != 1) return false;
      last = first;
    }
    if (static_cast<size_t>(used) != part.size() || first < 0 || last < first) return false;
  }
  return true;
}

void CheckLists(const RuleInput& input, Reporter& reporter) {
  for (const char* key : {"/cpu/cpus", "/cpu/mems"}) {
    const auto text = StringAt(input.config, kResources + key);
    if (text && !IsList(*text))
      reporter.Report(kResources + key, "\"" + *text + "\" is not a list of numbers",
                      "write it like 0-3,7");
  }
}

void CheckWeights(const RuleInput& input, Reporter& reporter) {
  for (const char* key : {"/blockIO/weight", "/blockIO/leafWeight"}) {
    const auto weight = Limit(input, key);
    if (weight && *weight != 0 && (*weight < 10 || *weight > 1000))
      reporter.Report(kResources + key, "a weight of " + Text(*weight) + " is out of range",
                      "give 10 to 1000");
  }
}

void CheckWeightDevices(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, kResources + "/blockIO/weightDevice",
          [&](const Json& device, const std::string& pointer) {
            if (device.is_object() && !device.contains("weight") && !device.contains("leafWeight"))
              reporter.Report(pointer, "the device has neither weight nor leafWeight",
                              "add one of them");
          });
}

void CheckDeviceOrder(const RuleInput& input, Reporter& reporter) {
  bool allowed = false;
  ForEach(input.config, kResources + "/devices", [&](const Json& rule, const std::string& pointer) {
    const bool allow = IsTrue(rule, "/allow");
    const bool everything = String(rule, "type").value_or("a") == "a" && !Integer(rule, "major") &&
                            !Integer(rule, "minor");
    if (!allow && everything && allowed)
      reporter.Report(pointer, "this rule denies every device after others were allowed",
                      "list the rule that denies everything first");
    allowed = allowed || allow;
  });
}

void CheckUnifiedKeys(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, kResources + "/unified",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (key.find('/') != std::string::npos || key.find('.') == std::string::npos)
                    reporter.Report(pointer, "\"" + key + "\" is not a file of a cgroup",
                                    "write it like memory.max");
                });
}

void CheckPids(const RuleInput& input, Reporter& reporter) {
  const auto limit = Limit(input, "/pids/limit");
  if (limit && *limit < -1)
    reporter.Report(kResources + "/pids/limit", Text(*limit) + " is not a number of processes",
                    "give a number, or -1 for no limit");
}

void CheckHugepagesTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> sizes;
  ForEach(input.config, kResources + "/hugepageLimits",
          [&](const Json& entry, const std::string& pointer) {
            const auto size = String(entry, "pageSize");
            if (size && !sizes.insert(*size).second)
              reporter.Report(pointer, "the page size " + *size + " is listed a second time",
                              "keep one of them");
          });
}

void CheckPidsLimit(const RuleInput& input, Reporter& reporter) {
  static const auto kOptionalSince = schema::SpecVersion::Parse("1.3.0").value();
  const Json* pids = At(input.config, kResources + "/pids");
  if (kOptionalSince <= input.version || pids == nullptr || pids->contains("limit")) return;
  reporter.Report(kResources + "/pids", "it does not say limit",
                  "say limit, or declare version 1.3.0, which lets it be left out");
}

void CheckRdma(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, kResources + "/rdma",
                [&](const std::string& device, const Json& limits, const std::string& pointer) {
                  if (device.empty() || device.find('/') != std::string::npos)
                    reporter.Report(pointer, "\"" + device + "\" is no name of a device",
                                    "name it like mlx5_1");
                  if (!limits.contains("hcaHandles") && !limits.contains("hcaObjects"))
                    reporter.Report(pointer, "neither hcaHandles nor hcaObjects is limited",
                                    "say at least one of them");
                });
}

constexpr std::string_view kResourcesPidsLimitCited[] = {
    "oci-runtime/config-linux/pids/limit-required"};
constexpr std::string_view kResourcesRdmaCited[] = {
    "oci-runtime/config-linux/rdma/device-is-key",
    "oci-runtime/config-linux/rdma/some-limit-required"};

constexpr Rule kRules[] = {
    {"config/resources/pids-limit", "the number of processes is said where it has to be",
     Level::kMust, kResourcesPidsLimitCited, CheckPidsLimit},
    {"config/resources/rdma", "each RDMA device has a name and a limit", Level::kMust,
     kResourcesRdmaCited, CheckRdma},
    {"config/resources/path-climbs",
     "the cgroup path does not climb",
     Level::kMust,
     {},
     CheckCgroupsPath},
    {"config/resources/swap-above-limit",
     "the swap limit holds the memory limit",
     Level::kMust,
     {},
     CheckSwap},
    {"config/resources/reservation-below-limit",
     "the reservation is within the limit",
     Level::kShould,
     {},
     CheckReservation},
    {"config/resources/memory-negative", "no size is negative but -1", Level::kMust, kBytes,
     CheckNegative},
    {"config/resources/memory-kernel", "kernel memory is not limited by itself", Level::kShould,
     kKernel, CheckKernel},
    {"config/resources/memory-kernel-tcp", "TCP buffers are not limited by themselves",
     Level::kShould, kKernelTcp, CheckKernelTcp},
    {"config/resources/burst-within-quota", "the burst is within the quota", Level::kMust, kBurst,
     CheckBurst},
    {"config/resources/period-range", "the kernel takes the period", Level::kMust, {}, CheckPeriod},
    {"config/resources/quota-range", "the kernel takes the quota", Level::kMust, {}, CheckQuota},
    {"config/resources/realtime-within-period",
     "the realtime runtime is within its period",
     Level::kMust,
     {},
     CheckRealtime},
    {"config/resources/idle-known", "idle is 0 or 1", Level::kMust, kIdle, CheckIdle},
    {"config/resources/cpuset-list", "processors and memory nodes are lists of numbers",
     Level::kMust, kLists, CheckLists},
    {"config/resources/weight-range",
     "weights are from 10 to 1000",
     Level::kMust,
     {},
     CheckWeights},
    {"config/resources/weight-device", "every weighted device has a weight", Level::kMust, kWeight,
     CheckWeightDevices},
    {"config/resources/device-order",
     "no later rule denies what was allowed",
     Level::kShould,
     {},
     CheckDeviceOrder},
    {"config/resources/unified-key", "unified keys are files of a cgroup", Level::kMust, kUnified,
     CheckUnifiedKeys},
    {"config/resources/pids-range", "the number of processes is one", Level::kMust, {}, CheckPids},
    {"config/resources/hugepages-twice",
     "no page size is listed twice",
     Level::kShould,
     {},
     CheckHugepagesTwice},
};

}  // namespace

RuleArea ResourcesRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
