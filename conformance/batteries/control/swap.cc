// SPDX-License-Identifier: Apache-2.0
// Memory and swap together: what does not fit into memory is swapped, as far as the limit of both
// goes. Where a host does not swap nothing of it can be seen.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/memory_use.h"
#include "conformance/batteries/groups/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kMemory = 16 * kMiB;

// A limit of memory and swap together, what fits below it, and what does not.
struct Limit {
  int64_t both;
  int64_t fits;
  int64_t too_much;
  json Resources() const { return {{"memory", {{"limit", kMemory}, {"swap", both}}}}; }
};
constexpr Limit kFirst{32 * kMiB, 24 * kMiB, 40 * kMiB};
constexpr Limit kHigher{48 * kMiB, 40 * kMiB, 56 * kMiB};  // after an update

const std::string kHolds = "loadline/control/memory/swap";
const std::string kUpdated = "loadline/control/memory/swap-updated";

// The control: a native process in a group of little memory gets as much as is asked for at all by
// swapping. What a container does not get then is refused by its limit.
Result<std::string> TouchNatively(Rig& rig) {
  ASSIGN_OR_RETURN(OwnGroup group, OwnGroup::Make(rig, "memory", "swap-control",
                                                  {Line(rig, Figure::kMemoryLimit, kMemory)}));
  ASSIGN_OR_RETURN(const json answer,
                   group.process().Tell({{"tell", "touch"}, {"bytes", kHigher.too_much}}));
  return answer.value("touched", "no answer");
}

Result<void> JudgeLimit(Rig& rig, Findings& findings, const std::string& check,
                        Container& container, const Limit& limit, const std::string& natively) {
  ASSIGN_OR_RETURN(const std::string fits, Touch(rig, container, limit.fits));
  ASSIGN_OR_RETURN(const std::string too_much, Touch(rig, container, limit.too_much));
  ASSIGN_OR_RETURN(const int64_t file, Read(rig, container, Figure::kSwapLimit));
  const Measurement measured{{{"fits", fits}, {"tooMuch", too_much}, {"inItsFile", file}},
                             {{"memoryBytes", kMemory},
                              {"bothBytes", limit.both},
                              {"fitsBytes", limit.fits},
                              {"tooMuchBytes", limit.too_much}},
                             {{"nativeBytesWithoutLimit", kHigher.too_much}, {"native", natively}}};
  findings.JudgeMeasured(check, fits == "ok" && Stopped(too_much),
                         "under a limit of memory with swap of " + std::to_string(limit.both) +
                             " bytes what fits gave " + fits + ", what does not gave " + too_much,
                         measured);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::string natively, TouchNatively(rig));
  if (natively != "ok") {
    CannotShow(findings, {kHolds, kUpdated},
               "this host does not swap for a control group: a native process got " + natively);
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", kFirst.Resources()}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(JudgeLimit(rig, findings, kHolds, *container, kFirst, natively));
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, kHigher.Resources()));
  return JudgeLimit(rig, findings, kUpdated, *container, kHigher, natively);
}

}  // namespace

BatteryRun SwapRun() {
  const std::string holds = "loadline/control/memory/swap-limit-holds";
  return {"swap",
          {{kHolds,
            "memory and swap together are granted as far as their limit, and no further",
            {holds},
            Needs("memory", {"swap"})},
           {kUpdated,
            "after an update memory and swap are granted as far as the new limit, and no further",
            {holds, "loadline/control/update/bites"},
            Needs("memory", {"swap", "verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
