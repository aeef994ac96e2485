// SPDX-License-Identifier: Apache-2.0
// A memory limit below what is in use: it is refused, or it takes the memory back. Where the caller
// wants the usage to be looked at before, it is refused.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/memory_use.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kLimit = 64 * kMiB;
constexpr int64_t kKept = 40 * kMiB;
constexpr int64_t kLower = 24 * kMiB;

const std::string kChecked = "loadline/control/memory/checked-before-update";
const std::string kLowered = "loadline/control/memory/lowered";

struct After {
  bool taken = false;  // the update was
  bool held = false;   // who kept memory lives
  int64_t limit = 0;   // in its file
  int64_t used = 0;
  json ToJson() const {
    return {{"keptBytes", kKept},          {"newLimitBytes", kLower}, {"updateTaken", taken},
            {"holderAlive", held},         {"inItsFile", limit},      {"usedBytes", used},
            {"toleranceBytes", kPageBatch}};
  }
};

Result<After> Lower(Rig& rig, Container& container, const json& resources) {
  After after;
  ASSIGN_OR_RETURN(const Call updated, rig.TryUpdate(container, resources));
  after.taken = updated.Success();
  ASSIGN_OR_RETURN(after.used, Read(rig, container, Figure::kMemoryUse));
  ASSIGN_OR_RETURN(after.limit, Read(rig, container, Figure::kMemoryLimit));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, {{"tell", "held"}}));
  after.held = answer.value("alive", false);
  return after;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", MemoryAlone(rig, kLimit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const std::string kept, Hold(rig, *container, kKept));
  if (kept != "ok") return CandidateError("less than the limit of memory cannot be kept: " + kept);

  json checked = MemoryAlone(rig, kLower);
  // The control: the same member with a limit that is above what is in use.
  json fits = MemoryAlone(rig, kLimit - kMiB);
  for (json* resources : {&checked, &fits}) (*resources)["memory"]["checkBeforeUpdate"] = true;
  RETURN_IF_ERROR(rig.Update(*container, fits));
  ASSIGN_OR_RETURN(const After first, Lower(rig, *container, checked));
  findings.Judge(kChecked, !first.taken && first.held && first.limit >= kKept,
                 "a limit below what is in use was to be checked before: " + first.ToJson().dump(),
                 first.ToJson());
  if (!first.held) {
    RETURN_IF_ERROR(rig.Update(*container, MemoryAlone(rig, kLimit)));
    ASSIGN_OR_RETURN(const std::string again, Hold(rig, *container, kKept));
    if (again != "ok") return CandidateError("a limit that was raised does not hold: " + again);
  }

  ASSIGN_OR_RETURN(const After second, Lower(rig, *container, MemoryAlone(rig, kLower)));
  const bool refused = !second.taken && second.held && second.limit >= kKept;
  const bool bites = second.taken && second.used <= kLower + kPageBatch;
  findings.Judge(
      kLowered, refused || bites,
      "a limit below what is in use was neither refused nor kept: " + second.ToJson().dump(),
      second.ToJson());
  if (!bites) return {};
  RETURN_IF_ERROR(rig.Tell(*container, {{"tell", "let-go"}}));
  ASSIGN_OR_RETURN(const std::string more, Touch(rig, *container, kKept));
  findings.Judge(kLowered, Stopped(more), "after the update more than the new limit was granted",
                 second.ToJson());
  return {};
}

}  // namespace

BatteryRun MemoryLoweredRun() {
  const auto needs = Needs("memory", {"verb-update"});
  return {"memory-lowered",
          {{kChecked,
            "a limit below what is in use is refused when the use is to be checked before",
            {"loadline/control/memory/checked-before-update"},
            needs},
           {kLowered,
            "a limit below what is in use is refused, or takes the memory back",
            {"loadline/control/update/takes-back"},
            needs}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
