// SPDX-License-Identifier: Apache-2.0
// The period of the quota: a short one, one without a quota, and a quota that is taken away.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{600};
constexpr milliseconds kFreeWindow{300};
constexpr Quota kShort{0.3, 20000};
// Of what the machine gives to others, that a container without a quota gets.
constexpr double kShare = 0.7;

const std::string kShortPeriod = "loadline/control/cpu/quota-short-period";
const std::string kAlone = "loadline/control/cpu/period-alone";
const std::string kRemoved = "loadline/control/cpu/quota-removed";

// No quota, so that nothing throttles it. That the count of throttled periods can be seen was shown
// by a container that has one.
Result<void> JudgeFree(Rig& rig, Findings& findings, const std::string& check,
                       Container& container) {
  Quota none;
  none.processors = ProcessorCount();
  ASSIGN_OR_RETURN(const Measured measured, MeasureQuota(rig, container, none, kFreeWindow));
  const json evidence = {{"throttledPeriods", measured.throttled},
                         {"usedProcessors", measured.use.processors},
                         {"availableProcessors", measured.available},
                         {"windowSeconds", measured.use.seconds},
                         {"leastExpected", measured.available * kShare}};
  const std::string says = "a container without a quota used " +
                           Decimal(measured.use.processors, 3) + " of " +
                           Decimal(measured.available, 3) + " processors, throttled in " +
                           std::to_string(measured.throttled) + " periods";
  // Nothing but a quota throttles; a machine that was busy elsewhere takes time without.
  const bool little = measured.use.processors < measured.available * kShare;
  if (measured.throttled == 0 && little) {
    findings.Say(check, Verdict::kInconclusive, "the machine was busy elsewhere: " + says,
                 evidence);
    return {};
  }
  findings.Judge(check, measured.throttled == 0, says, evidence);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const limited,
                   rig.NewContainer({{"linux", {{"resources", kShort.Resources()}}}}));
  RETURN_IF_ERROR(rig.Run(*limited));
  ASSIGN_OR_RETURN(const Measured shorter, MeasureQuota(rig, *limited, kShort, kWindow));
  JudgeMost(findings, kShortPeriod, shorter);
  JudgeLeast(findings, kShortPeriod, shorter);
  ASSIGN_OR_RETURN(
      Container* const free,
      rig.NewContainer({{"linux", {{"resources", {{"cpu", {{"period", kShort.period}}}}}}}}));
  RETURN_IF_ERROR(rig.Run(*free));
  RETURN_IF_ERROR(JudgeFree(rig, findings, kAlone, *free));
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*limited, {{"cpu", {{"quota", -1}}}}));
  return JudgeFree(rig, findings, kRemoved, *limited);
}

}  // namespace

BatteryRun PeriodRun() {
  const std::string free = "loadline/control/cpu/no-quota-free";
  const auto needs = Needs("cpu", {"controller-cpuacct"});
  return {"period",
          {{kShortPeriod,
            "a quota of a short period holds, and is granted",
            {"loadline/control/cpu/quota-holds"},
            needs},
           {kRemoved,
            "a quota that an update takes away throttles no longer",
            {free, "loadline/control/update/bites"},
            Needs("cpu", {"controller-cpuacct", "verb-update"})},
           {kAlone, "a period without a quota throttles nothing", {free}, needs}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
