// SPDX-License-Identifier: Apache-2.0
// The limit of processes: exactly so many, by init and by exec.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kLimit = 12;
constexpr int64_t kNewLimit = 20;
constexpr int64_t kMost = 200;  // that the probe tries

const std::string kExact = "loadline/control/pids/exact";
const std::string kExec = "loadline/control/pids/exec";
const std::string kUpdated = "loadline/control/pids/updated";

// What there should be: the limit less what lives already.
void JudgeForks(Findings& findings, const std::string& check, const json& answer, int64_t limit,
                int64_t existing) {
  const int64_t forked = answer.value("forked", int64_t{-1});
  const std::string refused = answer.value("refused", "");
  findings.Judge(
      check, forked == limit - existing && refused == "EAGAIN",
      std::to_string(forked) + " further processes beside " + std::to_string(existing) +
          " under a limit of " + std::to_string(limit) + ", then " +
          (refused.empty() ? "none was refused" : refused),
      {{"limit", limit}, {"existing", existing}, {"forked", forked}, {"refused", refused}});
}

Result<void> Work(Rig& rig, Findings& findings) {
  const json fork = {{"tell", "fork-until-refused"}, {"most", kMost}};
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", {{"pids", {{"limit", kLimit}}}}}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const int64_t existing, rig.GroupNumber(*container, "pids.current"));
  ASSIGN_OR_RETURN(const json by_init, rig.Tell(*container, fork));
  JudgeForks(findings, kExact, by_init, kLimit, existing);
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {fork}));
    JudgeForks(findings, kExec, by_exec[0], kLimit, existing + 1);
  }
  if (rig.HasVerb("update")) {
    RETURN_IF_ERROR(rig.Update(*container, {{"pids", {{"limit", kNewLimit}}}}));
    ASSIGN_OR_RETURN(const json afterwards, rig.Tell(*container, fork));
    JudgeForks(findings, kUpdated, afterwards, kNewLimit, existing);
  }
  return {};
}

}  // namespace

BatteryRun PidsRun() {
  const std::string holds = "loadline/control/pids/limit-holds";
  return {"pids",
          {{kExact,
            "a container has as many processes as its limit says, and no more",
            {holds},
            Needs("pids")},
           {kExec, "what exec starts counts too", {holds}, Needs("pids", {"verb-exec"})},
           {kUpdated,
            "after an update the new limit of processes holds",
            {holds, "loadline/control/update/bites"},
            Needs("pids", {"verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
