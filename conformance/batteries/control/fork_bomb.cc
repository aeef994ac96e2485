// SPDX-License-Identifier: Apache-2.0
// A fork bomb inside a limit of processes: nobody outside notices, and one kill ends all of it.
#include <poll.h>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/groups/group_files.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int64_t kLimit = 30;
constexpr milliseconds kPatience{5000};

const std::string kContained = "loadline/control/pids/bomb-contained";
const std::string kEnded = "loadline/control/pids/bomb-ended";

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Native outside, Native::Start(rig));
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", {{"pids", {{"limit", kLimit}}}}}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json bomb, rig.Tell(*container, {{"tell", "bomb"}, {"most", 2 * kLimit}}));
  if (bomb.value("bomb", "") != "EAGAIN")
    return CandidateError("there is no limit of processes: " + bomb.dump());
  ASSIGN_OR_RETURN(const int64_t most, Read(rig, *container, Figure::kProcesses));
  ASSIGN_OR_RETURN(const json forked, outside.Tell({{"tell", "fork-until-refused"}, {"most", 10}}));
  findings.Judge(kContained, most <= kLimit && forked.value("forked", 0) == 10,
                 std::to_string(most) + " processes under a limit of " + std::to_string(kLimit) +
                     "; outside of it " + forked.dump(),
                 {{"limit", kLimit}, {"processes", most}, {"outside", forked}});

  RETURN_IF_ERROR(Rig::PidOf(*container));  // whose end is waited for
  RETURN_IF_ERROR(rig.Do("kill", *container, {{"signal", "KILL"}}));
  ASSIGN_OR_RETURN(const Readiness ready,
                   WaitFor(container->pidfd.get(), POLLIN, Deadline::After(kPatience)));
  const bool ended = ready != Readiness::kTimedOut;
  const std::string left = ReadFile(MembersOf(rig, *container, "pids")).value_or("");
  findings.Judge(kEnded, ended && left.empty(),
                 ended ? "after the kill there are still processes: " + left
                       : "the container's first process lives on after the kill",
                 {{"firstEnded", ended}, {"left", left}});
  return {};
}

}  // namespace

BatteryRun ForkBombRun() {
  const auto needs = Needs("pids");
  return {"fork-bomb",
          {{kContained,
            "a fork bomb stays inside the limit of processes, and others can fork",
            {"loadline/control/pids/limit-holds"},
            needs},
           {kEnded,
            "a kill of its first process ends a container of processes that fork",
            {"loadline/control/pids/kill-ends-all"},
            needs}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
