// SPDX-License-Identifier: Apache-2.0
// pause and resume, seen at the processor time of what is paused.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{300};
// Who runs on another processor needs a moment to be stopped.
constexpr int64_t kStopNs = 1000000;
constexpr milliseconds kSpin{5000};  // longer than all of it

const std::string kStops = "loadline/control/freezer/stops";
const std::string kGoesOn = "loadline/control/freezer/goes-on";

Result<int64_t> UsedIn(Rig& rig, Container& container, milliseconds window) {
  ASSIGN_OR_RETURN(const int64_t before, rig.GroupNumber(container, "cpuacct.usage"));
  RETURN_IF_ERROR(Rig::Wait(window));
  ASSIGN_OR_RETURN(const int64_t after, rig.GroupNumber(container, "cpuacct.usage"));
  return after - before;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(rig.Tell(*container, {{"tell", "spin"}, {"milliseconds", kSpin.count()}}));
  ASSIGN_OR_RETURN(const int64_t running, UsedIn(rig, *container, kWindow));
  RETURN_IF_ERROR(rig.Do("pause", *container));
  ASSIGN_OR_RETURN(const int64_t paused, UsedIn(rig, *container, kWindow));
  RETURN_IF_ERROR(rig.Do("resume", *container));
  ASSIGN_OR_RETURN(const int64_t resumed, UsedIn(rig, *container, kWindow));
  const json evidence = {{"windowMs", kWindow.count()},
                         {"runningNs", running},
                         {"pausedNs", paused},
                         {"toleranceNs", kStopNs},
                         {"resumedNs", resumed}};
  if (running == 0) {
    findings.Say(kStops, reports::Verdict::kInconclusive,
                 "the container got no processor time before it was paused", evidence);
  }
  findings.Judge(kStops, paused <= kStopNs,
                 "a paused container used " + std::to_string(paused) + " ns of processor time",
                 evidence);
  findings.Judge(kGoesOn, resumed > 0, "a resumed container used no processor time", evidence);
  return {};
}

}  // namespace

BatteryRun FreezerRun() {
  const auto needs = Needs("freezer", {"controller-cpuacct", "verb-pause", "verb-resume"});
  return {"freezer",
          {{kStops,
            "a paused container gets no processor time",
            {"loadline/runtime/pause/stops-processes"},
            needs},
           {kGoesOn,
            "a resumed container gets processor time again",
            {"loadline/runtime/resume/goes-on"},
            needs}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
