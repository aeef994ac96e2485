// SPDX-License-Identifier: Apache-2.0
// The limit of processes: exactly so many, by init and by exec; none, and as few as can be; lowered
// below what there is.
#include <algorithm>
#include <utility>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/groups/group_files.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kLimit = 12;
constexpr int64_t kNewLimit = 20;
constexpr int64_t kMost = 200;  // that the probe tries
constexpr int64_t kKept = 10;
constexpr int64_t kLower = 5;

const std::string kExact = "loadline/control/pids/exact";
const std::string kExec = "loadline/control/pids/exec";
const std::string kUpdated = "loadline/control/pids/updated";
const std::string kLowered = "loadline/control/pids/lowered";
const std::string kUnlimited = "loadline/control/pids/unlimited";
const std::string kZero = "loadline/control/pids/zero";

json Resources(int64_t limit) { return {{"pids", {{"limit", limit}}}}; }
json Fork() { return {{"tell", "fork-until-refused"}, {"most", kMost}}; }

struct Forks {
  int64_t limit = 0;
  int64_t existing = 0;
  int64_t forked = 0;
  std::string refused;

  std::string ToText() const {
    return std::to_string(forked) + " further processes beside " + std::to_string(existing) +
           " under a limit of " + std::to_string(limit) + ", then " +
           (refused.empty() ? "none was refused" : refused);
  }
  json ToJson() const {
    return {{"limit", limit}, {"existing", existing}, {"forked", forked}, {"refused", refused}};
  }
};

Forks ForksOf(const json& answer, int64_t limit, int64_t existing) {
  return {limit, existing, answer.value("forked", int64_t{-1}), answer.value("refused", "")};
}

// What there should be: the limit less what lives already.
void JudgeExact(Findings& findings, const std::string& check, const Forks& forks) {
  findings.Judge(check,
                 forks.forked == std::max<int64_t>(forks.limit - forks.existing, 0) &&
                     forks.refused == "EAGAIN",
                 forks.ToText(), forks.ToJson());
}

// Processes that were there stay, or the update is refused; none comes beside them.
Result<void> JudgeLowered(Rig& rig, Findings& findings, Container& container) {
  RETURN_IF_ERROR(rig.Tell(container, {{"tell", "keep-processes"}, {"count", kKept}}));
  ASSIGN_OR_RETURN(const int64_t existing, Read(rig, container, Figure::kProcesses));
  ASSIGN_OR_RETURN(const Call updated, rig.TryUpdate(container, Resources(kLower)));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, Fork()));
  const Forks forks = ForksOf(answer, updated.Success() ? kLower : kNewLimit, existing);
  JudgeExact(findings, kLowered, forks);
  ASSIGN_OR_RETURN(const json ended, rig.Tell(container, {{"tell", "let-processes-go"}}));
  (void)ended;
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(kLimit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const int64_t existing, Read(rig, *container, Figure::kProcesses));
  ASSIGN_OR_RETURN(const json by_init, rig.Tell(*container, Fork()));
  JudgeExact(findings, kExact, ForksOf(by_init, kLimit, existing));
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {Fork()}));
    JudgeExact(findings, kExec, ForksOf(by_exec[0], kLimit, existing + 1));
  }
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, Resources(kNewLimit)));
  ASSIGN_OR_RETURN(const json afterwards, rig.Tell(*container, Fork()));
  JudgeExact(findings, kUpdated, ForksOf(afterwards, kNewLimit, existing));
  return JudgeLowered(rig, findings, *container);
}

// -1 is no limit; 0 is one, and no more can be asked of it than that nobody comes beside init: some
// managers of groups do not take 0, so it may become 1.
Result<void> JudgeSpecial(Rig& rig, Findings& findings, int64_t limit) {
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(limit)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const int64_t existing, Read(rig, *container, Figure::kProcesses));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, Fork()));
  const Forks forks = ForksOf(answer, limit, existing);
  if (limit < 0) {
    findings.Judge(kUnlimited, forks.forked == kMost, forks.ToText(), forks.ToJson());
  } else {
    JudgeExact(findings, kZero, forks);
  }
  rig.Remove(*container);
  return {};
}

// Who takes one of the two may not take the other.
Result<void> WorkSpecial(Rig& rig, Findings& findings) {
  for (const auto& [check, limit] : {std::pair{kUnlimited, -1}, std::pair{kZero, 0}}) {
    const auto judged = JudgeSpecial(rig, findings, limit);
    if (judged.has_value()) continue;
    if (!IsCandidateError(judged.error())) return judged.error();
    findings.Judge(check, false, judged.error().what);
  }
  return {};
}

}  // namespace

BatteryRun PidsRun() {
  const std::string holds = "loadline/control/pids/limit-holds";
  const auto needs = Needs("pids");
  const auto with_update = Needs("pids", {"verb-update"});
  return {
      "pids",
      {{kExact, "a container has as many processes as its limit says, and no more", {holds}, needs},
       {kExec, "what exec starts counts too", {holds}, Needs("pids", {"verb-exec"})},
       {kUpdated,
        "after an update the new limit of processes holds",
        {holds, "loadline/control/update/bites"},
        with_update},
       {kLowered,
        "a limit below the number of processes is refused, or lets none come beside them",
        {holds, "loadline/control/update/takes-back"},
        with_update}},
      false,
      Work};
}

// A run of its own: what these two mean is said by later versions of the standard alone, and
// candidates of earlier ones are not asked.
BatteryRun PidsSpecialRun() {
  const auto needs = Needs("pids");
  return {"pids-special",
          {{kUnlimited,
            "a limit of processes of -1 is none",
            {"loadline/control/pids/unlimited"},
            needs},
           {kZero,
            "under a limit of 0 nothing comes beside the container's first process",
            {"loadline/control/pids/zero"},
            needs}},
          false,
          WorkSpecial};
}

}  // namespace loadline::conformance::control
