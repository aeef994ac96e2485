// SPDX-License-Identifier: Apache-2.0
// Memory and swap together: what does not fit into memory is swapped, as far as the limit of both
// goes. Where a host does not swap nothing of it can be seen.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/memory_use.h"
#include "conformance/batteries/control/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kMemory = 16 * kMiB;
constexpr int64_t kBoth = 32 * kMiB;
constexpr int64_t kSwapped = 24 * kMiB;  // fits into both
constexpr int64_t kTooMuch = 40 * kMiB;
constexpr int64_t kMore = 64 * kMiB;  // the limit of both after an update

const std::string kHolds = "loadline/control/memory/swap";
const std::string kUpdated = "loadline/control/memory/swap-updated";

json Resources(int64_t both) { return {{"memory", {{"limit", kMemory}, {"swap", both}}}}; }

// The control: a native process in a group of little memory gets more by swapping.
Result<std::string> TouchNatively(Rig& rig) {
  ASSIGN_OR_RETURN(OwnGroup group, OwnGroup::Make(rig, "memory", "swap-control",
                                                  {Line(rig, Figure::kMemoryLimit, kMemory)}));
  ASSIGN_OR_RETURN(const json answer,
                   group.process().Tell({{"tell", "touch"}, {"bytes", kSwapped}}));
  return answer.value("touched", "no answer");
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::string natively, TouchNatively(rig));
  if (natively != "ok") {
    CannotShow(findings, {kHolds, kUpdated},
               "this host does not swap for a control group: a native process got " + natively);
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(kBoth)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const std::string fits, Touch(rig, *container, kSwapped));
  ASSIGN_OR_RETURN(const std::string stopped, Touch(rig, *container, kTooMuch));
  ASSIGN_OR_RETURN(const int64_t file, Read(rig, *container, Figure::kSwapLimit));
  const json evidence = {{"memoryBytes", kMemory}, {"bothBytes", kBoth}, {"inItsFile", file},
                         {"fitsBytes", kSwapped},  {"fits", fits},       {"tooMuchBytes", kTooMuch},
                         {"tooMuch", stopped}};
  findings.Judge(kHolds, fits == "ok" && Stopped(stopped),
                 "of memory with swap what fits gave " + fits + ", what does not gave " + stopped,
                 evidence);
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, Resources(kMore)));
  ASSIGN_OR_RETURN(const std::string afterwards, Touch(rig, *container, kTooMuch));
  findings.Judge(kUpdated, afterwards == "ok",
                 "after an update what fits into memory with swap gave " + afterwards,
                 {{"bothBytes", kMore}, {"askedBytes", kTooMuch}, {"end", afterwards}});
  return {};
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
            "after an update the new limit of memory and swap together holds",
            {holds, "loadline/control/update/bites"},
            Needs("memory", {"swap", "verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
