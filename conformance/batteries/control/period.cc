// SPDX-License-Identifier: Apache-2.0
// The period of the quota: a short one, another one by an update, one without a quota, and a quota
// that is taken away.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWindow{600};
constexpr milliseconds kFreeWindow{300};
constexpr Quota kShort{0.3, 20000};
// Neither the period from before nor the kernel's own, which is 100000: with the quota of this one
// they allow so much more or less that it is seen.
constexpr Quota kLonger{0.4, 50000};
// Of the periods that fit into the window, and those that begin before it or end after it.
constexpr double kPeriodTolerance = 0.2;
constexpr double kPeriodsAtEnds = 2;
// Of what the machine gives to others, that a container without a quota gets.
constexpr double kShare = 0.7;

const std::string kShortPeriod = "loadline/control/cpu/quota-short-period";
const std::string kUpdated = "loadline/control/cpu/period-updated";
const std::string kAlone = "loadline/control/cpu/period-alone";
const std::string kRemoved = "loadline/control/cpu/quota-removed";

// How long the period is shows in how many of them the kernel counts while the quota is wanted.
void JudgePeriods(Findings& findings, const std::string& check, const Measured& measured) {
  const double fit = measured.use.seconds * 1e6 / static_cast<double>(measured.quota.period);
  const double most = fit * (1 + kPeriodTolerance) + kPeriodsAtEnds;
  const double least = fit * (1 - kPeriodTolerance) - kPeriodsAtEnds;
  const auto periods = static_cast<double>(measured.periods);
  Measurement all = measured.ToMeasurement();
  all.tolerance["mostPeriods"] = most;
  all.tolerance["leastPeriods"] = least;
  // Who does not come to run leaves periods out.
  findings.JudgeMeasured(check, periods >= least && periods <= most,
                         std::to_string(measured.periods) + " periods in " +
                             Decimal(measured.use.seconds, 2) + " s, expected " + Decimal(fit, 0),
                         all, periods < least ? NoiseOf(measured) : "");
}

// The update changes the quota with its period.
Result<void> JudgeUpdated(Rig& rig, Findings& findings, Container& container) {
  RETURN_IF_ERROR(rig.Update(container, kLonger.Resources()));
  ASSIGN_OR_RETURN(const Measured measured, MeasureQuota(rig, container, kLonger, kWindow));
  JudgeMost(findings, kUpdated, measured);
  JudgeLeast(findings, kUpdated, measured);
  JudgePeriods(findings, kUpdated, measured);
  return {};
}

// No quota, so that nothing throttles it. That the count of throttled periods can be seen was shown
// by a container that has one.
Result<void> JudgeFree(Rig& rig, Findings& findings, const std::string& check,
                       Container& container) {
  Quota none;
  none.processors = ProcessorCount();
  ASSIGN_OR_RETURN(const Measured measured, MeasureQuota(rig, container, none, kFreeWindow));
  const double least = measured.available * kShare;
  Measurement all = measured.ToMeasurement();
  all.tolerance = {{"throttledPeriods", 0}, {"leastExpected", least}};
  const std::string says = "a container without a quota used " +
                           Decimal(measured.use.processors, 3) + " of " +
                           Decimal(measured.available, 3) + " processors, throttled in " +
                           std::to_string(measured.throttled) + " periods";
  // Nothing but a quota throttles; a machine that was busy elsewhere takes time without.
  const bool busy = measured.throttled == 0 && measured.use.processors < least;
  findings.JudgeMeasured(check, measured.throttled == 0, says, all,
                         busy ? "the machine was busy elsewhere" : "");
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
  RETURN_IF_ERROR(JudgeUpdated(rig, findings, *limited));
  RETURN_IF_ERROR(rig.Update(*limited, {{"cpu", {{"quota", -1}}}}));
  return JudgeFree(rig, findings, kRemoved, *limited);
}

}  // namespace

BatteryRun PeriodRun() {
  const std::string free = "loadline/control/cpu/no-quota-free";
  const std::string holds = "loadline/control/cpu/quota-holds";
  const auto needs = Needs("cpu", {"controller-cpuacct"});
  const auto with_update = Needs("cpu", {"controller-cpuacct", "verb-update"});
  return {"period",
          {{kShortPeriod, "a quota of a short period holds, and is granted", {holds}, needs},
           {kUpdated,
            "after an update to another quota and period both hold",
            {holds, "loadline/control/update/bites"},
            with_update},
           {kRemoved,
            "a quota that an update takes away throttles no longer",
            {free, "loadline/control/update/bites"},
            with_update},
           {kAlone, "a period without a quota throttles nothing", {free}, needs}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
