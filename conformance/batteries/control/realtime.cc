// SPDX-License-Identifier: Apache-2.0
// Shares of real time, which v1 alone has. A new group has none, so nobody in it can have a
// real-time policy; with realtimeRuntime somebody can. The policy is given from outside to a
// process that sleeps, and taken back at once, so that no time is used: a cell has 6 us of a
// second, and who uses more is stopped for a thousand times as long. How much is used is therefore
// not measured.
#include <sched.h>

#include <cerrno>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

const std::string kGranted = "loadline/control/realtime/granted";
const std::string kUpdated = "loadline/control/realtime/updated";

json Resources() { return {{"cpu", {{"realtimePeriod", 1000000}, {"realtimeRuntime", 3}}}}; }

// The errno of giving the container's process a real-time policy, 0 when it can have one.
Result<int> GivePolicy(const Container& container) {
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(container));
  sched_param priority{};
  priority.sched_priority = 1;
  const int error = sched_setscheduler(pid, SCHED_FIFO, &priority) == 0 ? 0 : errno;
  priority.sched_priority = 0;
  if (error == 0 && sched_setscheduler(pid, SCHED_OTHER, &priority) != 0)
    return CallError("sched_setscheduler", "back to what it was");
  return error;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const without, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*without));
  ASSIGN_OR_RETURN(const int refused, GivePolicy(*without));
  if (refused != EPERM) {
    CannotShow(findings, {kGranted, kUpdated},
               "a group without a share of real time has real time");
    return {};
  }
  ASSIGN_OR_RETURN(Container* const with,
                   rig.NewContainer({{"linux", {{"resources", Resources()}}}}));
  RETURN_IF_ERROR(rig.Run(*with));
  ASSIGN_OR_RETURN(const int granted, GivePolicy(*with));
  findings.Judge(
      kGranted, granted == 0,
      "a process of a container with a share of real time cannot have a real-time policy",
      {{"errnoWithout", refused}, {"errnoWith", granted}});
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*without, Resources()));
  ASSIGN_OR_RETURN(const int afterwards, GivePolicy(*without));
  findings.Judge(kUpdated, afterwards == 0,
                 "after an update to a share of real time nobody can have a real-time policy",
                 {{"errnoBefore", refused}, {"errnoAfterwards", afterwards}});
  return {};
}

}  // namespace

BatteryRun RealtimeRun() {
  const std::vector<std::string> more = {"cgroup-v1", "realtime-shares", "cap-sys-nice"};
  auto with_update = Needs("cpu", more);
  with_update.emplace_back("verb-update");
  return {"realtime",
          {{kGranted,
            "processes of a container with a share of real time can have a real-time policy",
            {"loadline/control/cpu/realtime-granted"},
            Needs("cpu", more)},
           {kUpdated,
            "after an update to a share of real time they can have one",
            {"loadline/control/update/all-limits"},
            with_update}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
