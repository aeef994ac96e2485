// SPDX-License-Identifier: Apache-2.0
// The smallest limit of memory under which a container starts, and under which its native twin
// does: a whole number, without noise.
#include <algorithm>
#include <functional>

#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/memory_group.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int64_t kKibibyte = 1024;
constexpr int64_t kFirst = 128 * kKibibyte;
constexpr int64_t kMost = int64_t{1} << 30;
constexpr int64_t kFinest = 64 * kKibibyte;           // groups count in batches
constexpr int64_t kPart = 16;                         // of the limit, that the last step may be
constexpr int kTimes = 2;                             // that a limit has to hold, to be one
constexpr std::chrono::milliseconds kStepTime{4000};  // of a call that has too little memory

const std::string kSmallest = "loadline/efficiency/smallest-limit";

// Whether something starts under a limit. An error is one of ours.
using Starts = std::function<Result<bool>(int64_t bytes)>;

Result<bool> Holds(const Starts& starts, int64_t bytes) {
  for (int i = 0; i < kTimes; ++i) {
    ASSIGN_OR_RETURN(const bool started, starts(bytes));
    if (!started) return false;
  }
  return true;
}

int64_t StepAt(int64_t bytes) { return std::max(kFinest, bytes / kPart); }

// The smallest that holds, to within StepAt() of it; 0 when even the largest does not.
Result<int64_t> Search(const Starts& starts) {
  int64_t low = 0;
  int64_t high = kFirst;
  while (true) {
    ASSIGN_OR_RETURN(const bool holds, Holds(starts, high));
    if (holds) break;
    if (high >= kMost) return 0;
    low = high;
    high *= 2;
  }
  while (high - low > StepAt(high)) {
    // Groups count in pages.
    const int64_t middle = (low + (high - low) / 2) / 4096 * 4096;
    ASSIGN_OR_RETURN(const bool holds, Holds(starts, middle));
    (holds ? high : low) = middle;
  }
  return high;
}

Result<bool> ContainerStarts(Rig& rig, int64_t bytes) {
  rig.ForgetCommands();
  ASSIGN_OR_RETURN(
      Container* const container,
      rig.NewContainer({{"linux", {{"resources", {{"memory", {{"limit", bytes}}}}}}}}));
  const auto ran = rig.Run(*container);
  if (!ran && !IsCandidateError(ran.error())) return ran.error();
  // What a create without memory has left is taken away as well.
  if (!ran) (void)rig.Try("deleteForce", *container);
  rig.Remove(*container);
  return ran.has_value();
}

Result<bool> TwinStarts(Rig& rig, const std::string& bundle, int64_t bytes) {
  ASSIGN_OR_RETURN(const MemoryGroup group, MemoryGroup::Make(rig, "twin"));
  RETURN_IF_ERROR(group.Limit(bytes));
  return group.StartTwin(rig, bundle).has_value();
}

Result<void> Work(Rig& rig, Findings& findings) {
  rig.LimitSteps(kStepTime);
  ASSIGN_OR_RETURN(Container* const twin, rig.NewContainer());
  ASSIGN_OR_RETURN(const int64_t native,
                   Search([&](int64_t bytes) { return TwinStarts(rig, twin->bundle, bytes); }));
  if (native == 0) {
    findings.Say(kSmallest, Verdict::kEnvironment, "no twin starts under a limit of memory here");
    return {};
  }
  ASSIGN_OR_RETURN(const int64_t smallest,
                   Search([&](int64_t bytes) { return ContainerStarts(rig, bytes); }));
  if (smallest == 0) {
    findings.Judge(kSmallest, false, "no container starts under a limit of 1 GiB");
    return {};
  }
  const auto ratio = [&](int64_t more, int64_t less) {
    return static_cast<double>(smallest + more) / static_cast<double>(native + less);
  };
  findings.Pass(kSmallest, {{"ratio", ratio(0, 0)},
                            {"low", ratio(-StepAt(smallest), 0)},
                            {"high", ratio(0, -std::min(StepAt(native), native / 2))},
                            {"bytes", smallest},
                            {"nativeBytes", native},
                            {"step", StepAt(smallest)}});
  return {};
}

}  // namespace

BatteryRun SmallestLimitRun() {
  return {"smallest-limit",
          {{kSmallest,
            "there is a smallest limit of memory under which a container starts",
            {kSmallest},
            {"controller-memory"}}},
          true,
          Work,
          std::chrono::seconds(140),
          std::chrono::seconds(140)};
}

}  // namespace loadline::conformance::efficiency
