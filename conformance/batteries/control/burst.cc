// SPDX-License-Identifier: Apache-2.0
// Burst: processor time that was not used is saved, and used when there is more to do than the
// quota of a period holds. Seen at moments of work that need more than one quota and less than what
// can be saved: with burst they end in one go, without they are throttled. Loadline's own
// requirement holds from 1.1.0 on, where the standard got the property: older candidates are not
// asked.
#include <utility>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/groups/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int64_t kBurst = 10000;  // microseconds that can be saved
constexpr Quota kQuota{0.2, 50000, kBurst};
constexpr int64_t kQuotaMicroseconds = 10000;
constexpr int64_t kWork = 17500;    // microseconds, in one go
constexpr milliseconds kRest{150};  // the kernel saves for two periods after the last use
constexpr int kTimes = 5;
// Of these moments most: where a period ends in the middle of one, that is worth two quotas anyway.
constexpr int kMost = 4;
// Without burst so many at least are throttled even where others take so much of the machine that
// the work goes on for more than a period; with burst so many at most, where what surrounds the
// work takes time itself.
constexpr int kSome = 2;
constexpr milliseconds kLongWindow{600};

const std::string kSaves = "loadline/control/cpu/burst";
const std::string kBounded = "loadline/control/cpu/burst-bounded";
const std::string kUpdated = "loadline/control/cpu/burst-updated";
const std::string kRaised = "loadline/control/cpu/burst-raised";

struct Moments {
  int64_t bursts = 0;
  int64_t throttled = 0;
  int64_t saved_ns = 0;     // that was used
  double wall_seconds = 0;  // of all of them

  // A smaller burst than this one is throttled at each moment.
  bool Saved() const { return bursts >= kMost && throttled <= kSome && saved_ns > 0; }
  bool Throttled() const { return throttled >= kSome && bursts == 0; }
  json ToJson() const {
    return {{"moments", kTimes},
            {"processorSecondsEach", static_cast<double>(kWork) / 1e6},
            {"burstPeriods", bursts},
            {"burstNs", saved_ns},
            {"throttledPeriods", throttled},
            {"wallSeconds", wall_seconds}};
  }
};

// `tell` hands a message to who works, `read` gives a figure of its group.
template <class Tell, class ReadFigure>
Result<Moments> Measure(Tell&& tell, ReadFigure&& read) {
  Moments moments;
  const std::pair<Figure, int64_t*> figures[] = {{Figure::kBurstPeriods, &moments.bursts},
                                                 {Figure::kThrottled, &moments.throttled},
                                                 {Figure::kBurstTime, &moments.saved_ns}};
  for (const auto& [figure, sum] : figures) {
    ASSIGN_OR_RETURN(const int64_t before, read(figure));
    *sum -= before;
  }
  for (int i = 0; i < kTimes; ++i) {
    RETURN_IF_ERROR(Rig::Wait(kRest));
    ASSIGN_OR_RETURN(const json done, tell(json{{"tell", "burn"}, {"microseconds", kWork}}));
    moments.wall_seconds += done.value("wallSeconds", 0.0);
  }
  // A period that was more than its quota is counted when it ends.
  RETURN_IF_ERROR(Rig::Wait(kRest));
  for (const auto& [figure, sum] : figures) {
    ASSIGN_OR_RETURN(const int64_t after, read(figure));
    *sum += after;
  }
  return moments;
}

Result<Moments> MeasureContainer(Rig& rig, Container& container) {
  return Measure([&](const json& message) { return rig.Tell(container, message); },
                 [&](Figure figure) { return Read(rig, container, figure); });
}

// The same by a native process in a group of ours.
Result<Moments> MeasureNative(Rig& rig, int64_t burst) {
  std::vector<GroupLine> lines = QuotaLines(rig, kQuotaMicroseconds, kQuota.period);
  lines.push_back(Line(rig, Figure::kBurst, burst));
  ASSIGN_OR_RETURN(OwnGroup group, OwnGroup::Make(rig, "cpu", "burst-control", lines));
  return Measure([&](const json& message) { return group.process().Tell(message); },
                 [&](Figure figure) { return ReadIn(rig, group.name(), figure); });
}

// Moments of processes without any runtime: whether both kinds can be told apart on this machine.
struct Natives {
  Moments with;
  Moments without;
  bool CanTell() const { return with.Saved() && without.Throttled(); }
  json ToJson() const {
    return {{"nativeWithBurst", with.ToJson()}, {"nativeWithout", without.ToJson()}};
  }
};

Result<Natives> MeasureNatives(Rig& rig) {
  Natives natives;
  ASSIGN_OR_RETURN(natives.with, MeasureNative(rig, kBurst));
  ASSIGN_OR_RETURN(natives.without, MeasureNative(rig, 0));
  return natives;
}

// What is asked of the moments of a container.
json Tolerance(int64_t burst) {
  json tolerance = {{"burstMicroseconds", burst}};
  if (burst > 0) {
    tolerance["leastBurstPeriods"] = kMost;
    tolerance["mostThrottledPeriods"] = kSome;
  } else {
    tolerance["mostBurstPeriods"] = 0;
    tolerance["leastThrottledPeriods"] = kSome;
  }
  return tolerance;
}

// What is wrong once may be the machine's doing: it is looked at twice, and then once more at
// processes without any runtime.
Result<void> JudgeMoments(Rig& rig, Findings& findings, const std::string& check,
                          Container& container, int64_t burst, Natives natives) {
  Moments moments;
  bool holds = false;
  for (int i = 0; i < 2 && !holds; ++i) {
    ASSIGN_OR_RETURN(moments, MeasureContainer(rig, container));
    holds = burst > 0 ? moments.Saved() : moments.Throttled();
  }
  ASSIGN_OR_RETURN(const int64_t written, Read(rig, container, Figure::kBurst));
  json figure = moments.ToJson();
  figure["inItsFile"] = written;
  const std::string says = "with a burst of " + std::to_string(burst) + " us, " +
                           std::to_string(written) + " in its file, " + std::to_string(kTimes) +
                           " moments of work were " + std::to_string(moments.bursts) +
                           " bursts, and were throttled " + std::to_string(moments.throttled) +
                           " times";
  if (!holds) {
    ASSIGN_OR_RETURN(natives, MeasureNatives(rig));
  }
  findings.JudgeMeasured(check, holds, says, {figure, Tolerance(burst), natives.ToJson()},
                         natives.CanTell() ? "" : "the machine is too noisy");
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  const std::vector<std::string> all = {kSaves, kBounded, kUpdated, kRaised};
  if (!Has(rig, Figure::kBurst) || !Has(rig, Figure::kBurstPeriods)) {
    CannotShow(findings, all, "this kernel's control groups have no burst");
    return {};
  }
  Natives natives;
  for (int i = 0; i < 2 && !natives.CanTell(); ++i) {
    ASSIGN_OR_RETURN(natives, MeasureNatives(rig));
  }
  if (!natives.CanTell()) {
    for (const std::string& check : all)
      findings.JudgeMeasured(check, false, "a burst of native processes cannot be seen",
                             {nullptr, Tolerance(kBurst), natives.ToJson()},
                             "the machine is too noisy");
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", kQuota.Resources()}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(JudgeMoments(rig, findings, kSaves, *container, kBurst, natives));
  // In the long run there is the quota, and once what was saved.
  ASSIGN_OR_RETURN(const Measured measured, MeasureQuota(rig, *container, kQuota, kLongWindow));
  JudgeMost(findings, kBounded, measured);
  if (!rig.HasVerb("update")) return {};
  for (const auto& [check, burst] : {std::pair{kUpdated, int64_t{0}}, std::pair{kRaised, kBurst}}) {
    RETURN_IF_ERROR(rig.Update(*container, {{"cpu", {{"burst", burst}}}}));
    RETURN_IF_ERROR(JudgeMoments(rig, findings, check, *container, burst, natives));
  }
  return {};
}

}  // namespace

BatteryRun BurstRun() {
  const std::string saves = "loadline/control/cpu/burst-saves";
  const auto needs = Needs("cpu", {"controller-cpuacct"});
  const auto with_update = Needs("cpu", {"controller-cpuacct", "verb-update"});
  return {
      "burst",
      {{kSaves, "what is left of a quota can be used later, as far as burst says", {saves}, needs},
       {kBounded,
        "in the long run a container with burst uses no more than its quota",
        {"loadline/control/cpu/burst-bounded"},
        needs},
       {kUpdated,
        "after an update to a burst of 0 nothing is saved",
        {saves, "loadline/control/update/bites"},
        with_update},
       {kRaised,
        "after an update from no burst to one, what is left of a quota can be used later",
        {saves, "loadline/control/update/bites"},
        with_update}},
      true,
      Work};
}

}  // namespace loadline::conformance::control
