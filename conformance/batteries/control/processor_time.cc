// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/processor_time.h"

#include <algorithm>
#include <utility>

#include "conformance/batteries/native.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kControlWindow{200};
constexpr milliseconds kLongerThanAnyRun{120000};
constexpr double kAbove = 1.10;
constexpr double kBelow = 0.70;
constexpr int kAgain = 2;        // where the machine was too busy to tell
constexpr double kNeeded = 0.9;  // of the quota, that processes without limit must get here

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Use UseSince(int64_t before, int64_t after, Clock::time_point begin) {
  const double seconds = SecondsSince(begin);
  return {static_cast<double>(after - before) / 1e9 / seconds, seconds};
}

// With the periods that end while `get_use` finds out what is used.
template <class GetUse>
Result<Measured> CountPeriods(Rig& rig, const Container& container, const Quota& quota,
                              GetUse&& get_use) {
  Measured measured;
  measured.quota = quota;
  const std::pair<Figure, int64_t*> counts[] = {{Figure::kPeriods, &measured.periods},
                                                {Figure::kThrottled, &measured.throttled}};
  for (const auto& [figure, count] : counts) {
    ASSIGN_OR_RETURN(const int64_t before, Read(rig, container, figure));
    *count -= before;
  }
  ASSIGN_OR_RETURN(measured.use, get_use());
  for (const auto& [figure, count] : counts) {
    ASSIGN_OR_RETURN(const int64_t after, Read(rig, container, figure));
    *count += after;
  }
  return measured;
}

Result<Measured> MeasureOnce(Rig& rig, Container& container, const Quota& quota,
                             milliseconds window) {
  // Before and after, because the load of the machine may change meanwhile.
  ASSIGN_OR_RETURN(const double before, Available(rig));
  ASSIGN_OR_RETURN(Measured measured, CountPeriods(rig, container, quota, [&] {
                     return UseOf(rig, container, ProcessorCount(), window);
                   }));
  ASSIGN_OR_RETURN(const double after, Available(rig));
  measured.available = std::min(before, after);
  return measured;
}

}  // namespace

json Spin(int count, milliseconds time) {
  return {{"tell", "spin"}, {"count", count}, {"milliseconds", time.count()}};
}

json Spin(int count) { return Spin(count, kLongerThanAnyRun); }

json StopSpinning() { return {{"tell", "join"}, {"now", true}}; }

Result<Use> UseOf(Rig& rig, Container& container, int count, milliseconds window) {
  ASSIGN_OR_RETURN(const int64_t before, Read(rig, container, Figure::kProcessorTime));
  const Clock::time_point begin = Clock::now();
  ASSIGN_OR_RETURN(const json started, rig.Tell(container, Spin(count, window)));
  ASSIGN_OR_RETURN(const json ended, rig.Tell(container, {{"tell", "join"}}));
  ASSIGN_OR_RETURN(const int64_t after, Read(rig, container, Figure::kProcessorTime));
  if (started.value("spinning", 0) != count || ended.value("joined", 0) != count)
    return CandidateError("the container could not start " + std::to_string(count) + " processes");
  return UseSince(before, after, begin);
}

Result<Use> UseIn(Rig& rig, const Container& container, milliseconds window) {
  ASSIGN_OR_RETURN(const int64_t before, Read(rig, container, Figure::kProcessorTime));
  const Clock::time_point begin = Clock::now();
  RETURN_IF_ERROR(Rig::Wait(window));
  ASSIGN_OR_RETURN(const int64_t after, Read(rig, container, Figure::kProcessorTime));
  return UseSince(before, after, begin);
}

Result<double> Available(Rig& rig) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  const Clock::time_point begin = Clock::now();
  RETURN_IF_ERROR(native.Tell(Spin(ProcessorCount(), kControlWindow)));
  ASSIGN_OR_RETURN(const json used, native.Tell({{"tell", "join"}}));
  return used.value("processorSeconds", 0.0) / SecondsSince(begin);
}

json Quota::Resources() const {
  json cpu = {{"quota", static_cast<int64_t>(processors * static_cast<double>(period))},
              {"period", period}};
  if (burst > 0) cpu["burst"] = burst;
  return {{"cpu", cpu}};
}

double Measured::Highest() const {
  const double one_period = quota.processors * static_cast<double>(quota.period);
  const double once = (one_period + static_cast<double>(quota.burst)) / 1e6;
  return quota.processors * kAbove + once / use.seconds;
}

double Measured::Lowest() const { return quota.processors * kBelow; }

bool Measured::TooBusy() const {
  const bool used_up = throttled > 0 && use.processors >= quota.processors * kNeeded;
  return !used_up && available < quota.processors / kNeeded;
}

std::string Measured::ToText() const {
  return "used " + Decimal(use.processors, 3) + " processors under a quota of " +
         Decimal(quota.processors, 3) + ", throttled in " + std::to_string(throttled) + " periods";
}

Measurement Measured::ToMeasurement() const {
  return {{{"usedProcessors", use.processors},
           {"windowSeconds", use.seconds},
           {"periods", periods},
           {"throttledPeriods", throttled}},
          {{"quotaProcessors", quota.processors},
           {"periodMicroseconds", quota.period},
           {"burstMicroseconds", quota.burst},
           {"mostAllowed", Highest()},
           {"leastExpected", Lowest()}},
          {{"availableProcessors", available}}};
}

Result<Measured> MeasureQuota(Rig& rig, Container& container, const Quota& quota,
                              milliseconds window) {
  ASSIGN_OR_RETURN(Measured measured, MeasureOnce(rig, container, quota, window));
  for (int again = 0; again < kAgain && measured.TooBusy(); ++again) {
    ASSIGN_OR_RETURN(measured, MeasureOnce(rig, container, quota, window));
  }
  return measured;
}

Result<Measured> MeasureAsItRuns(Rig& rig, const Container& container, const Quota& quota,
                                 milliseconds window) {
  return CountPeriods(rig, container, quota, [&] { return UseIn(rig, container, window); });
}

std::string NoiseOf(const Measured& measured) {
  return measured.TooBusy() ? "the machine had no more to give" : "";
}

void JudgeMost(Findings& findings, const std::string& check, const Measured& measured) {
  const bool holds = measured.use.processors <= measured.Highest();
  findings.JudgeMeasured(check, holds && measured.throttled > 0, measured.ToText(),
                         measured.ToMeasurement(), holds ? NoiseOf(measured) : "");
}

void JudgeLeast(Findings& findings, const std::string& check, const Measured& measured) {
  const bool granted = measured.use.processors >= measured.Lowest();
  findings.JudgeMeasured(check, granted, measured.ToText(), measured.ToMeasurement(),
                         granted ? "" : NoiseOf(measured));
}

}  // namespace loadline::conformance::control
