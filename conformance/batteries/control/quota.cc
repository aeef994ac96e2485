// SPDX-License-Identifier: Apache-2.0
// The quota of processor time: throttled, and within tolerance of the quota, from below and above;
// raised, and lowered under a process that runs.
#include <algorithm>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWindow{1000};
// After an update the rest of a period, and what was given out for it, is still used.
constexpr milliseconds kSettle{150};
constexpr milliseconds kLoweredWindow{800};
constexpr Quota kFirst{0.2};
constexpr Quota kHigher{0.5};
constexpr Quota kLower{0.1};

const std::string kQuota = "loadline/control/cpu/quota";
const std::string kGranted = "loadline/control/cpu/quota-granted";
const std::string kUpdated = "loadline/control/cpu/quota-updated";
const std::string kLowered = "loadline/control/cpu/quota-lowered";

// The processes that want everything were there before: what they had is taken back from them.
Result<void> Lower(Rig& rig, Findings& findings, Container& container) {
  ASSIGN_OR_RETURN(const double before, Available(rig));
  RETURN_IF_ERROR(rig.Tell(container, Spin(ProcessorCount())));
  RETURN_IF_ERROR(rig.Update(container, kLower.Resources()));
  RETURN_IF_ERROR(Rig::Wait(kSettle));
  ASSIGN_OR_RETURN(Measured measured, MeasureAsItRuns(rig, container, kLower, kLoweredWindow));
  RETURN_IF_ERROR(rig.Tell(container, StopSpinning()));
  ASSIGN_OR_RETURN(const double after, Available(rig));
  measured.available = std::min(before, after);
  JudgeMost(findings, kLowered, measured);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", kFirst.Resources()}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const Measured first, MeasureQuota(rig, *container, kFirst, kWindow));
  JudgeMost(findings, kQuota, first);
  JudgeLeast(findings, kGranted, first);
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, kHigher.Resources()));
  ASSIGN_OR_RETURN(const Measured second, MeasureQuota(rig, *container, kHigher, kWindow));
  JudgeMost(findings, kUpdated, second);
  JudgeLeast(findings, kUpdated, second);
  return Lower(rig, findings, *container);
}

}  // namespace

BatteryRun QuotaRun() {
  const std::string holds = "loadline/control/cpu/quota-holds";
  const auto needs = Needs("cpu", {"controller-cpuacct"});
  const auto with_update = Needs("cpu", {"controller-cpuacct", "verb-update"});
  return {"quota",
          {{kQuota,
            "a container uses no more processor time than its quota, and is throttled",
            {holds},
            needs},
           {kGranted,
            "a container gets the processor time of its quota",
            {"loadline/control/cpu/quota-granted"},
            needs},
           {kUpdated,
            "after an update to more the new quota holds",
            {holds, "loadline/control/update/bites"},
            with_update},
           {kLowered,
            "a quota that is lowered takes processor time back from what runs",
            {holds, "loadline/control/update/bites", "loadline/control/update/takes-back"},
            with_update}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
