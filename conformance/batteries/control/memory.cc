// SPDX-License-Identifier: Apache-2.0
// The memory limit: what fits is granted, what does not is killed, inside alone.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/memory_use.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kLimit = 64 * kMiB;

const std::string kGrants = "loadline/control/memory/grants";
const std::string kKills = "loadline/control/memory/kills";
const std::string kPeak = "loadline/control/memory/peak";
const std::string kCounted = "loadline/control/memory/kills-counted";
const std::string kContained = "loadline/control/memory/contained";
const std::string kUpdated = "loadline/control/memory/updated";

// Those who have to be there afterwards as well: a process of the harness, and another container.
struct Neighbours {
  Native outside;
  Container* container = nullptr;
};

Result<Neighbours> StartNeighbours(Rig& rig) {
  ASSIGN_OR_RETURN(Native outside, Native::Start(rig));
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", MemoryAlone(rig, kLimit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  return Neighbours{std::move(outside), container};
}

Result<void> JudgeContained(Rig& rig, Findings& findings, Neighbours& neighbours, int64_t kills) {
  const auto alive = neighbours.outside.Tell({{"tell", "touch"}, {"bytes", kPageBatch}});
  const auto beside = Touch(rig, *neighbours.container, kLimit / 2);
  ASSIGN_OR_RETURN(const int64_t there, Read(rig, *neighbours.container, Figure::kMemoryKills));
  const bool lives = beside.has_value() && *beside == "ok" && there == 0;
  const json evidence = {{"outside", alive ? "alive" : "gone"},
                         {"otherContainer", lives ? "alive" : "gone"},
                         {"killsInOther", there},
                         {"killsInside", kills}};
  findings.Judge(kContained, alive.has_value() && lives,
                 alive ? "a process of another container was ended"
                       : "a process outside the container was ended",
                 evidence);
  return {};
}

void JudgePeak(Rig& rig, Findings& findings, const Container& container, json evidence) {
  if (!Has(rig, Figure::kMemoryPeak)) {
    CannotShow(findings, {kPeak}, "this kernel does not count the most memory that was in use");
    return;
  }
  const auto peak = Read(rig, container, Figure::kMemoryPeak);
  evidence["peakBytes"] = peak.value_or(-1);
  evidence["toleranceBytes"] = kPageBatch;
  findings.Judge(kPeak, peak.has_value() && *peak <= kLimit + kPageBatch,
                 "the container used " + std::to_string(peak.value_or(-1)) +
                     " bytes, the limit is " + std::to_string(kLimit),
                 evidence);
}

Result<void> JudgeUpdated(Rig& rig, Findings& findings, Container& container) {
  RETURN_IF_ERROR(rig.Update(container, MemoryAlone(rig, kLimit * 2)));
  ASSIGN_OR_RETURN(const std::string fits, Touch(rig, container, kLimit * 3 / 2));
  ASSIGN_OR_RETURN(const std::string too_much, Touch(rig, container, kLimit * 3));
  findings.Judge(
      kUpdated, fits == "ok" && Stopped(too_much),
      "after an update to twice the limit: 1.5 times gave " + fits + ", 3 times gave " + too_much,
      {{"limitBytes", kLimit * 2}, {"fits", fits}, {"tooMuch", too_much}});
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Neighbours neighbours, StartNeighbours(rig));
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", MemoryAlone(rig, kLimit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const std::string half, Touch(rig, *container, kLimit / 2));
  findings.Judge(kGrants, half == "ok", "half of the limit was not granted: " + half,
                 {{"limitBytes", kLimit}, {"askedBytes", kLimit / 2}, {"end", half}});

  ASSIGN_OR_RETURN(const std::string more, Touch(rig, *container, kLimit * 3 / 2));
  ASSIGN_OR_RETURN(const int64_t kills, Read(rig, *container, Figure::kMemoryKills));
  const json evidence = {{"limitBytes", kLimit},
                         {"askedBytes", kLimit * 3 / 2},
                         {"end", more},
                         {"killsInside", kills}};
  findings.Judge(kKills, Stopped(more), "one and a half times the limit was granted: " + more,
                 evidence);
  findings.Judge(kCounted, more != "SIGKILL" || kills > 0,
                 "who took too much was killed, and the container's own group counts no kill",
                 evidence);
  JudgePeak(rig, findings, *container, evidence);
  RETURN_IF_ERROR(JudgeContained(rig, findings, neighbours, kills));
  return rig.HasVerb("update") ? JudgeUpdated(rig, findings, *container) : Result<void>();
}

}  // namespace

BatteryRun MemoryRun() {
  const std::string holds = "loadline/control/memory/limit-holds";
  const auto needs = Needs("memory");
  return {
      "memory",
      {{kGrants,
        "half of the memory limit is granted",
        {"loadline/control/memory/grants-below"},
        needs},
       {kKills, "one and a half times the memory limit is not", {holds}, needs},
       {kCounted, "who is killed for it is killed by the container's own limit", {holds}, needs},
       {kPeak, "the most memory that was in use is the limit", {holds}, needs},
       {kContained,
        "who takes too much memory is ended, and nobody outside or in another container is",
        {"loadline/control/memory/contained"},
        needs},
       {kUpdated,
        "after an update the new memory limit bites",
        {holds, "loadline/control/update/bites"},
        Needs("memory", {"verb-update"})}},
      false,
      Work};
}

}  // namespace loadline::conformance::control
