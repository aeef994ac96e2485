// SPDX-License-Identifier: Apache-2.0
// pause and resume, seen at the processor time of what is paused, and of what comes into the group
// meanwhile.
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/groups/group_files.h"
#include "conformance/batteries/native.h"
#include "conformance/harness/needs.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{300};
// Who runs on another processor needs a moment to be stopped.
constexpr double kStopSeconds = 0.001;
// What the kernel counts a process's time in, once more for the one that had begun.
constexpr int64_t kTicks = 1;
constexpr int kProcesses = 3;

const std::string kStops = "loadline/control/freezer/stops";
const std::string kGoesOn = "loadline/control/freezer/goes-on";
const std::string kEntering = "loadline/control/freezer/entering";
const std::string kKept = "loadline/control/freezer/kept-over-update";

double SecondsOf(const Use& use) { return use.processors * use.seconds; }

// Who did not even run before shows nothing by standing still.
std::string NeverRan(const Use& running) {
  return running.processors > 0 ? "" : "the container got no processor time before it was paused";
}

// Processor time of a process, in ticks of the clock.
Result<int64_t> TicksOf(int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  // After the name, which may hold anything, stand the state and then 10 numbers before the times.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  if (!(fields >> user >> system)) return Failure(path + " has no times");
  return user + system;
}

Result<int64_t> TicksIn(int64_t pid, milliseconds window) {
  ASSIGN_OR_RETURN(const int64_t before, TicksOf(pid));
  RETURN_IF_ERROR(Rig::Wait(window));
  ASSIGN_OR_RETURN(const int64_t after, TicksOf(pid));
  return after - before;
}

// A process of somebody else is moved into the paused container's group: it stops too, so that no
// process that comes to be in it meanwhile escapes. It is moved out again before anything else.
Result<void> JudgeEntering(Rig& rig, Findings& findings, const Container& container) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const json spinning, native.Tell(Spin(1)));
  const auto pid = spinning["pids"][0].get<int64_t>();
  ASSIGN_OR_RETURN(const int64_t outside, TicksIn(pid, kWindow));
  RETURN_IF_ERROR(WriteExisting(MembersOf(rig, container, "freezer"), std::to_string(pid)));
  const auto inside = TicksIn(pid, kWindow);
  const std::string home = CgroupLayout(rig.view().hierarchies) == "v2" ? "/harness" : "";
  RETURN_IF_ERROR(
      WriteExisting(rig.CellGroup("freezer") + home + "/cgroup.procs", std::to_string(pid)));
  if (!inside.has_value()) return inside.error();
  findings.JudgeMeasured(
      kEntering, *inside <= kTicks,
      "a process that came into the group of a paused container ran for " +
          std::to_string(*inside) + " ticks",
      {{{"ticksInside", *inside}, {"windowMs", kWindow.count()}},
       {{"mostTicks", kTicks}},
       {{"ticksOutside", outside}}},
      outside <= 2 * kTicks ? "the process that was to enter got no processor time before" : "");
  return {};
}

bool CanUpdateAnother(const Rig& rig) {
  return rig.HasVerb("update") && CandidateMeets("controller-pids", rig.profile(), nullptr);
}

// An update of another limit, whether it is taken or refused, is no resume.
Result<void> JudgeKept(Rig& rig, Findings& findings, Container& container, const Use& running) {
  ASSIGN_OR_RETURN(const Call updated, rig.TryUpdate(container, {{"pids", {{"limit", 100}}}}));
  ASSIGN_OR_RETURN(const Use used, UseIn(rig, container, kWindow));
  findings.JudgeMeasured(kKept, SecondsOf(used) <= kStopSeconds,
                         "after an update a paused container used " + Decimal(SecondsOf(used), 6) +
                             " s of processor time",
                         {{{"secondsAfterUpdate", SecondsOf(used)},
                           {"updateTaken", updated.Success()},
                           {"windowMs", kWindow.count()}},
                          {{"mostSeconds", kStopSeconds}},
                          {{"runningProcessors", running.processors}}},
                         NeverRan(running));
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(rig.Tell(*container, Spin(kProcesses)));
  ASSIGN_OR_RETURN(const Use running, UseIn(rig, *container, kWindow));
  RETURN_IF_ERROR(rig.Do("pause", *container));
  ASSIGN_OR_RETURN(const Use paused, UseIn(rig, *container, kWindow));
  RETURN_IF_ERROR(JudgeEntering(rig, findings, *container));
  if (CanUpdateAnother(rig)) RETURN_IF_ERROR(JudgeKept(rig, findings, *container, running));
  RETURN_IF_ERROR(rig.Do("resume", *container));
  ASSIGN_OR_RETURN(const Use resumed, UseIn(rig, *container, kWindow));
  const Measurement measured{{{"pausedSeconds", SecondsOf(paused)},
                              {"resumedProcessors", resumed.processors},
                              {"windowMs", kWindow.count()}},
                             {{"mostPausedSeconds", kStopSeconds}, {"resumedMoreThan", 0}},
                             {{"runningProcessors", running.processors}}};
  findings.JudgeMeasured(
      kStops, SecondsOf(paused) <= kStopSeconds,
      "a paused container used " + Decimal(SecondsOf(paused), 6) + " s of processor time", measured,
      NeverRan(running));
  findings.JudgeMeasured(
      kGoesOn, resumed.processors > 0,
      "a resumed container used " + Decimal(resumed.processors, 3) + " processors", measured,
      NeverRan(running));
  return {};
}

}  // namespace

BatteryRun FreezerRun() {
  const auto needs = Needs("freezer", {"controller-cpuacct", "verb-pause", "verb-resume"});
  auto with_update = needs;
  with_update.insert(with_update.end(), {"controller-pids", "verb-update"});
  return {"freezer",
          {{kStops,
            "a paused container gets no processor time",
            {"loadline/runtime/pause/stops-processes"},
            needs},
           {kEntering,
            "what comes into the group of a paused container stops too",
            {"loadline/control/freezer/stops-newcomers"},
            needs},
           {kKept,
            "a paused container stays so through an update of another limit",
            {"loadline/control/update/keeps-paused"},
            with_update},
           {kGoesOn,
            "a resumed container gets processor time again",
            {"loadline/runtime/resume/goes-on"},
            needs}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
