// SPDX-License-Identifier: Apache-2.0
// The memory limit: what fits is granted, what does not is killed, inside alone.
#include <unistd.h>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kLimit = 64 << 20;
// The kernel charges pages in batches, one per processor.
constexpr int64_t kBatch = 256 << 10;

const std::string kGrants = "loadline/control/memory/grants";
const std::string kKills = "loadline/control/memory/kills";
const std::string kPeak = "loadline/control/memory/peak";
const std::string kContained = "loadline/control/memory/contained";
const std::string kUpdated = "loadline/control/memory/updated";

json Resources(const Rig& rig, int64_t limit) {
  json memory = {{"limit", limit}};
  // Where swap is counted too, it must not take what the limit refuses.
  const std::string swap = rig.CellGroup("memory") + "/memory.memsw.limit_in_bytes";
  if (access(swap.c_str(), F_OK) == 0) memory["swap"] = limit;
  return {{"memory", memory}};
}

Result<std::string> Touch(Rig& rig, Container& container, int64_t bytes) {
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, {{"tell", "touch"}, {"bytes", bytes}}));
  return answer.value("touched", "no answer");
}

// A kill and a refusal both keep the limit.
bool Stopped(const std::string& end) { return end == "SIGKILL" || end == "ENOMEM"; }

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Native outside, Native::Start(rig));
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(rig, kLimit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const std::string half, Touch(rig, *container, kLimit / 2));
  findings.Judge(kGrants, half == "ok", "half of the limit was not granted: " + half,
                 {{"limitBytes", kLimit}, {"askedBytes", kLimit / 2}, {"end", half}});

  ASSIGN_OR_RETURN(const std::string more, Touch(rig, *container, kLimit * 3 / 2));
  ASSIGN_OR_RETURN(const int64_t peak, rig.GroupNumber(*container, "memory.max_usage_in_bytes"));
  ASSIGN_OR_RETURN(const int64_t kills,
                   rig.GroupNumber(*container, "memory.oom_control", "oom_kill"));
  const json evidence = {
      {"limitBytes", kLimit}, {"askedBytes", kLimit * 3 / 2}, {"end", more},
      {"peakBytes", peak},    {"toleranceBytes", kBatch},     {"oomKills", kills}};
  findings.Judge(kKills, Stopped(more), "one and a half times the limit was granted: " + more,
                 evidence);
  findings.Judge(kPeak, peak <= kLimit + kBatch,
                 "the container used " + std::to_string(peak) + " bytes, the limit is " +
                     std::to_string(kLimit),
                 evidence);
  const auto alive = outside.Tell({{"tell", "touch"}, {"bytes", kBatch}});
  findings.Judge(kContained, alive.has_value(), "a process outside the container was ended",
                 {{"outside", alive ? "alive" : "gone"}, {"oomKillsInside", kills}});

  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, Resources(rig, kLimit * 2)));
  ASSIGN_OR_RETURN(const std::string fits, Touch(rig, *container, kLimit * 3 / 2));
  ASSIGN_OR_RETURN(const std::string too_much, Touch(rig, *container, kLimit * 3));
  findings.Judge(
      kUpdated, fits == "ok" && Stopped(too_much),
      "after an update to twice the limit: 1.5 times gave " + fits + ", 3 times gave " + too_much,
      {{"limitBytes", kLimit * 2}, {"fits", fits}, {"tooMuch", too_much}});
  return {};
}

}  // namespace

BatteryRun MemoryRun() {
  const auto needs = Needs("memory");
  return {"memory",
          {{kGrants,
            "half of the memory limit is granted",
            {"loadline/control/memory/grants-below"},
            needs},
           {kKills,
            "one and a half times the memory limit is not",
            {"loadline/control/memory/limit-holds"},
            needs},
           {kPeak,
            "the most memory that was in use is the limit",
            {"loadline/control/memory/limit-holds"},
            needs},
           {kContained,
            "who takes too much memory is ended, and nobody outside is",
            {"loadline/control/memory/contained"},
            needs},
           {kUpdated,
            "after an update the new memory limit bites",
            {"loadline/control/memory/limit-holds", "loadline/control/update/bites"},
            Needs("memory", {"verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
