// SPDX-License-Identifier: Apache-2.0
// An idle container gets what others leave: next to nothing beside one that wants the processor. An
// update makes it like others, and idle again.
#include "conformance/batteries/control/contention.h"
#include "conformance/batteries/control/control.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{600};
constexpr milliseconds kNoiseWindow{400};
constexpr double kNextToNothing = 0.05;
constexpr int kTries = 2;

const std::string kIdle = "loadline/control/cpu/idle";
const std::string kAlike = "loadline/control/cpu/idle-updated";
const std::string kMadeIdle = "loadline/control/cpu/idle-made";

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

// What native processes got of the same processor.
struct Natives {
  double idle_part = 0;  // an idle one, beside another
  double noise = 1;      // two that are alike
  json ToJson() const { return {{"nativeIdlePart", idle_part}, {"nativeNoise", noise}}; }
};

Result<Natives> MeasureNatives(Rig& rig) {
  Natives natives;
  ASSIGN_OR_RETURN(const std::vector<double> times,
                   NativeTimes(rig, {{}, {Line(rig, Figure::kIdle, 1)}}, kNoiseWindow));
  natives.idle_part = PartOf(times);
  ASSIGN_OR_RETURN(natives.noise, NoiseOfShares(rig, kNoiseWindow));
  return natives;
}

// The second container is idle.
Result<void> JudgeIdle(Rig& rig, Findings& findings, const std::string& check,
                       const std::vector<Container*>& containers, const Natives& natives) {
  const auto holds = [](const std::vector<double>& seconds) {
    return PartOf(seconds) < kNextToNothing;
  };
  ASSIGN_OR_RETURN(const std::vector<double> times, TimesUntil(rig, containers, holds));
  const bool noisy = !holds(times) && natives.idle_part >= kNextToNothing;
  findings.JudgeMeasured(check, holds(times),
                         "an idle container got " + Decimal(PartOf(times) * 100, 1) +
                             " % of a processor that another one wanted",
                         {{{"idlePart", PartOf(times)}, {"seconds", times}},
                          {{"mostAllowed", kNextToNothing}},
                          natives.ToJson()},
                         noisy ? "so did a native process" : "");
  return {};
}

// An update made it like the first one.
Result<void> JudgeAlike(Rig& rig, Findings& findings, const std::vector<Container*>& containers,
                        const Natives& natives) {
  const auto ratio = [](const std::vector<double>& seconds) { return seconds[1] / seconds[0]; };
  const auto holds = [&](const std::vector<double>& seconds) { return IsNear(ratio(seconds), 1); };
  ASSIGN_OR_RETURN(const std::vector<double> times, TimesUntil(rig, containers, holds));
  const bool noisy = !holds(times) && natives.noise > kRatioTolerance;
  findings.JudgeMeasured(kAlike, holds(times),
                         "a container that an update made like others got " +
                             Decimal(ratio(times), 2) + " times another's time",
                         {{{"ratio", ratio(times)}, {"seconds", times}},
                          {{"expectedRatio", 1}, {"timesOrDividedBy", kRatioTolerance}},
                          natives.ToJson()},
                         noisy ? "the machine is too noisy" : "");
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  if (!Has(rig, Figure::kIdle)) {
    CannotShow(findings, {kIdle, kAlike, kMadeIdle}, "this kernel has no idle control groups");
    return {};
  }
  ASSIGN_OR_RETURN(const Natives natives, MeasureNatives(rig));
  std::vector<Container*> containers;
  for (const int idle : {0, 1}) {
    ASSIGN_OR_RETURN(Container* const container,
                     RunPinned(rig, idle == 0 ? json::object() : Resources(1)));
    containers.push_back(container);
  }
  RETURN_IF_ERROR(JudgeIdle(rig, findings, kIdle, containers, natives));
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*containers[1], Resources(0)));
  RETURN_IF_ERROR(JudgeAlike(rig, findings, containers, natives));
  RETURN_IF_ERROR(rig.Update(*containers[1], Resources(1)));
  return JudgeIdle(rig, findings, kMadeIdle, containers, natives);
}

}  // namespace

BatteryRun IdleRun() {
  const std::string left = "loadline/control/cpu/idle-gets-what-is-left";
  const auto with_update = Needs("cpu", {"controller-cpuacct", "verb-update"});
  return {"idle",
          {{kIdle,
            "an idle container gets next to nothing where another wants the processor",
            {left},
            Needs("cpu", {"controller-cpuacct"})},
           {kAlike,
            "a container that an update makes like others gets as much as they do",
            {left, "loadline/control/update/bites"},
            with_update},
           {kMadeIdle,
            "a container that an update makes idle gets next to nothing beside another",
            {left, "loadline/control/update/bites"},
            with_update}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
