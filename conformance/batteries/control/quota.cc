// SPDX-License-Identifier: Apache-2.0
// The quota of processor time: throttled, and within tolerance of the quota, from below and above.
#include <algorithm>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;

constexpr int64_t kPeriod = 100000;  // microseconds
constexpr milliseconds kWindow{1200};
constexpr milliseconds kControlWindow{300};
// Above: a tenth, and what one period may hold. Below: three tenths, if the machine had it to give.
constexpr double kAbove = 1.10;
constexpr double kBelow = 0.70;
constexpr double kNeeded = 0.9;  // of the quota, that processes without limit must get here

const std::string kQuota = "loadline/control/cpu/quota";
const std::string kGranted = "loadline/control/cpu/quota-granted";
const std::string kUpdated = "loadline/control/cpu/quota-updated";

struct Measured {
  Use use;
  double quota = 0;  // processors
  double available = 0;
  int64_t throttled = 0;

  double Highest() const {
    return quota * kAbove + quota * static_cast<double>(kPeriod) / 1e6 / use.seconds;
  }
  json ToJson() const {
    return {{"quotaProcessors", quota},        {"usedProcessors", use.processors},
            {"windowSeconds", use.seconds},    {"throttledPeriods", throttled},
            {"mostAllowed", Highest()},        {"leastExpected", quota * kBelow},
            {"availableProcessors", available}};
  }
};

json Resources(double processors) {
  return {{"cpu",
           {{"quota", static_cast<int64_t>(processors * static_cast<double>(kPeriod))},
            {"period", kPeriod}}}};
}

Result<Measured> Measure(Rig& rig, Container& container, double quota) {
  Measured measured;
  measured.quota = quota;
  const int count = ProcessorCount();
  // Before and after, because the load of the machine may change meanwhile.
  ASSIGN_OR_RETURN(const double available_before, Available(rig, count, kControlWindow));
  ASSIGN_OR_RETURN(const int64_t before, rig.GroupNumber(container, "cpu.stat", "nr_throttled"));
  ASSIGN_OR_RETURN(measured.use, UseOf(rig, container, count, kWindow));
  ASSIGN_OR_RETURN(const int64_t after, rig.GroupNumber(container, "cpu.stat", "nr_throttled"));
  measured.throttled = after - before;
  ASSIGN_OR_RETURN(const double available_after, Available(rig, count, kControlWindow));
  measured.available = std::min(available_before, available_after) * count;
  return measured;
}

std::string Says(const Measured& measured) {
  return "used " + Decimal(measured.use.processors, 3) + " processors under a quota of " +
         Decimal(measured.quota, 3) + ", throttled in " + std::to_string(measured.throttled) +
         " periods";
}

// A machine that has less to give than the quota shows nothing of it, unless the quota was used up.
bool TooBusy(const Measured& measured) {
  const bool used_up =
      measured.throttled > 0 && measured.use.processors >= measured.quota * kNeeded;
  return !used_up && measured.available < measured.quota / kNeeded;
}

void JudgeMost(Findings& findings, const std::string& check, const Measured& measured) {
  const bool holds = measured.use.processors <= measured.Highest();
  if (holds && TooBusy(measured)) {
    findings.Say(check, Verdict::kInconclusive,
                 "the machine had no more to give: " + Says(measured), measured.ToJson());
    return;
  }
  findings.Judge(check, holds && measured.throttled > 0, Says(measured), measured.ToJson());
}

void JudgeLeast(Findings& findings, const std::string& check, const Measured& measured) {
  const bool granted = measured.use.processors >= measured.quota * kBelow;
  if (!granted && TooBusy(measured)) {
    findings.Say(check, Verdict::kInconclusive,
                 "the machine had no more to give: " + Says(measured), measured.ToJson());
    return;
  }
  findings.Judge(check, granted, Says(measured), measured.ToJson());
}

Result<void> Work(Rig& rig, Findings& findings) {
  constexpr double kFirst = 0.2;
  constexpr double kSecond = 0.5;
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(kFirst)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const Measured first, Measure(rig, *container, kFirst));
  JudgeMost(findings, kQuota, first);
  JudgeLeast(findings, kGranted, first);
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, Resources(kSecond)));
  ASSIGN_OR_RETURN(const Measured second, Measure(rig, *container, kSecond));
  JudgeMost(findings, kUpdated, second);
  JudgeLeast(findings, kUpdated, second);
  return {};
}

}  // namespace

BatteryRun QuotaRun() {
  const std::string holds = "loadline/control/cpu/quota-holds";
  return {"quota",
          {{kQuota,
            "a container uses no more processor time than its quota, and is throttled",
            {holds},
            Needs("cpu")},
           {kGranted,
            "a container gets the processor time of its quota",
            {"loadline/control/cpu/quota-granted"},
            Needs("cpu")},
           {kUpdated,
            "after an update the new quota holds",
            {holds, "loadline/control/update/bites"},
            Needs("cpu", {"verb-update"})}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
