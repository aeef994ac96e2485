// SPDX-License-Identifier: Apache-2.0
// pause and resume, seen at the processor time of what is paused, and of what comes into the group
// meanwhile.
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
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

// Where processes are moved into the group that the container's pause stops.
std::string MembersOf(const Rig& rig, const Container& container) {
  return rig.CellGroup("freezer") + "/" + container.id + "/cgroup.procs";
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
  RETURN_IF_ERROR(WriteExisting(MembersOf(rig, container), std::to_string(pid)));
  const auto inside = TicksIn(pid, kWindow);
  const std::string home = CgroupLayout(rig.view().hierarchies) == "v2" ? "/harness" : "";
  RETURN_IF_ERROR(
      WriteExisting(rig.CellGroup("freezer") + home + "/cgroup.procs", std::to_string(pid)));
  if (!inside.has_value()) return inside.error();
  const json evidence = {{"windowMs", kWindow.count()},
                         {"ticksOutside", outside},
                         {"ticksInside", *inside},
                         {"toleranceTicks", kTicks}};
  if (outside <= 2 * kTicks) {
    findings.Say(kEntering, Verdict::kInconclusive,
                 "the process that was to enter got no processor time before", evidence);
    return {};
  }
  findings.Judge(kEntering, *inside <= kTicks,
                 "a process that came into the group of a paused container ran on", evidence);
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
  RETURN_IF_ERROR(rig.Do("resume", *container));
  ASSIGN_OR_RETURN(const Use resumed, UseIn(rig, *container, kWindow));
  const json evidence = {{"windowMs", kWindow.count()},
                         {"runningProcessors", running.processors},
                         {"pausedProcessors", paused.processors},
                         {"toleranceSeconds", kStopSeconds},
                         {"resumedProcessors", resumed.processors}};
  if (running.processors <= 0) {
    findings.Say(kStops, Verdict::kInconclusive,
                 "the container got no processor time before it was paused", evidence);
  }
  const double seconds = paused.processors * paused.seconds;
  findings.Judge(kStops, seconds <= kStopSeconds,
                 "a paused container used " + Decimal(seconds, 6) + " s of processor time",
                 evidence);
  findings.Judge(kGoesOn, resumed.processors > 0, "a resumed container used no processor time",
                 evidence);
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
           {kEntering,
            "what comes into the group of a paused container stops too",
            {"loadline/control/freezer/stops-newcomers"},
            needs},
           {kGoesOn,
            "a resumed container gets processor time again",
            {"loadline/runtime/resume/goes-on"},
            needs}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
