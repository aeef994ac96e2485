// SPDX-License-Identifier: Apache-2.0
// An idle container gets what others leave: next to nothing beside one that wants the processor.
#include "conformance/batteries/control/contention.h"
#include "conformance/batteries/control/control.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{600};
constexpr milliseconds kNoiseWindow{400};
constexpr double kNextToNothing = 0.05;
constexpr int kTries = 2;

const std::string kIdle = "loadline/control/cpu/idle";
const std::string kUpdated = "loadline/control/cpu/idle-updated";

json Resources(int idle) { return {{"cpu", {{"idle", idle}}}}; }

// What the second gets of what both get.
double PartOf(const std::vector<double>& seconds) { return seconds[1] / (seconds[0] + seconds[1]); }

// What is wrong once may be the machine's doing: it is looked at again.
template <class Holds>
Result<std::vector<double>> TimesUntil(Rig& rig, const std::vector<Container*>& containers,
                                       Holds&& holds) {
  std::vector<double> times;
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(times, TimesOf(rig, containers, kWindow));
    if (holds(times)) break;
  }
  return times;
}

Result<void> Work(Rig& rig, Findings& findings) {
  if (!Has(rig, Figure::kIdle)) {
    CannotShow(findings, {kIdle, kUpdated}, "this kernel has no idle control groups");
    return {};
  }
  ASSIGN_OR_RETURN(const std::vector<double> natives,
                   NativeTimes(rig, {{}, {Line(rig, Figure::kIdle, 1)}}, kNoiseWindow));
  const bool shows = PartOf(natives) < kNextToNothing;
  ASSIGN_OR_RETURN(const double noise, NoiseOfShares(rig, kNoiseWindow));
  std::vector<Container*> containers;
  for (const int idle : {0, 1}) {
    ASSIGN_OR_RETURN(Container* const container,
                     RunPinned(rig, idle == 0 ? json::object() : Resources(1)));
    containers.push_back(container);
  }
  ASSIGN_OR_RETURN(const std::vector<double> times,
                   TimesUntil(rig, containers, [](const std::vector<double>& seconds) {
                     return PartOf(seconds) < kNextToNothing;
                   }));
  const double part = PartOf(times);
  const std::string says = "an idle container got " + Decimal(part * 100, 1) +
                           " % of a processor that another one wanted";
  const json evidence = {{"idlePart", part},
                         {"mostAllowed", kNextToNothing},
                         {"nativeIdlePart", PartOf(natives)},
                         {"noise", noise}};
  if (part >= kNextToNothing && !shows) {
    findings.Say(kIdle, Verdict::kInconclusive, "so did a native process: " + says, evidence);
  } else {
    findings.Judge(kIdle, part < kNextToNothing, says, evidence);
  }
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*containers[1], Resources(0)));
  ASSIGN_OR_RETURN(const std::vector<double> equal,
                   TimesUntil(rig, containers, [](const std::vector<double>& seconds) {
                     return IsNear(seconds[1] / seconds[0], 1);
                   }));
  const double ratio = equal[1] / equal[0];
  const std::string then = "a container that an update made like others got " + Decimal(ratio, 2) +
                           " times another's time";
  const json measured = {{"ratio", ratio}, {"tolerance", kRatioTolerance}, {"noise", noise}};
  if (!IsNear(ratio, 1) && noise > kRatioTolerance) {
    findings.Say(kUpdated, Verdict::kInconclusive, "the machine is too noisy: " + then, measured);
    return {};
  }
  findings.Judge(kUpdated, IsNear(ratio, 1), then, measured);
  return {};
}

}  // namespace

BatteryRun IdleRun() {
  const std::string left = "loadline/control/cpu/idle-gets-what-is-left";
  return {"idle",
          {{kIdle,
            "an idle container gets next to nothing where another wants the processor",
            {left},
            Needs("cpu", {"controller-cpuacct"})},
           {kUpdated,
            "a container that an update makes like others gets as much as they do",
            {left, "loadline/control/update/bites"},
            Needs("cpu", {"controller-cpuacct", "verb-update"})}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
