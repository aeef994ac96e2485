// SPDX-License-Identifier: Apache-2.0
// disableOOMKiller, which v1 alone has: who finds no memory waits, and goes on when there is some.
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/memory_use.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int64_t kLimit = 16 * kMiB;
constexpr int64_t kAsked = 24 * kMiB;
constexpr int64_t kMore = 64 * kMiB;
// Longer than a kill takes.
constexpr milliseconds kWindow{300};
constexpr milliseconds kPatience{5000};

const std::string kWaits = "loadline/control/memory/oom-killer-off";

// A descriptor that becomes readable when the group runs out of memory.
Result<UniqueFd> OomEvent(const Rig& rig, const Container& container) {
  const std::string file = FileOf(rig, container.id, Figure::kMemoryKills);
  UniqueFd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return CallError("eventfd");
  ASSIGN_OR_RETURN(const UniqueFd control, Open(file, O_RDONLY));
  const std::string group = file.substr(0, file.rfind('/'));
  RETURN_IF_ERROR(WriteExisting(group + "/cgroup.event_control",
                                std::to_string(event.get()) + " " + std::to_string(control.get())));
  return event;
}

Result<void> GiveMemory(const Rig& rig, const Container& container) {
  for (const Figure figure : {Figure::kSwapLimit, Figure::kMemoryLimit}) {
    if (!Has(rig, figure)) continue;
    RETURN_IF_ERROR(WriteExisting(FileOf(rig, container.id, figure), std::to_string(kMore)));
  }
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  json resources = MemoryAlone(rig, kLimit);
  resources["memory"]["disableOOMKiller"] = true;
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", resources}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const UniqueFd event, OomEvent(rig, *container));
  RETURN_IF_ERROR(rig.Send(*container, {{"tell", "touch"}, {"bytes", kAsked}}));
  ASSIGN_OR_RETURN(const Readiness ran_out,
                   WaitFor(event.get(), POLLIN, Deadline::After(kPatience)));
  if (ran_out != Readiness::kTimedOut) RETURN_IF_ERROR(Rig::Wait(kWindow));
  ASSIGN_OR_RETURN(const int64_t kills, Read(rig, *container, Figure::kMemoryKills));
  RETURN_IF_ERROR(GiveMemory(rig, *container));
  ASSIGN_OR_RETURN(const json answer, rig.Hear(*container));
  const std::string end = answer.value("touched", "no answer");
  const bool waited = ran_out != Readiness::kTimedOut && kills == 0 && end == "ok";
  findings.Judge(kWaits, waited,
                 ran_out == Readiness::kTimedOut
                     ? "more than the limit was granted: " + end
                     : "who found no memory did not wait for it: " + end + ", " +
                           std::to_string(kills) + " kills",
                 {{"limitBytes", kLimit},
                  {"askedBytes", kAsked},
                  {"ranOut", ran_out != Readiness::kTimedOut},
                  {"killsInside", kills},
                  {"windowMs", kWindow.count()},
                  {"end", end}});
  return {};
}

}  // namespace

BatteryRun OomKillerRun() {
  return {"oom-killer",
          {{kWaits,
            "without the killer who finds no memory waits, and goes on when there is some",
            {"loadline/control/memory/oom-killer-off"},
            Needs("memory", {"cgroup-v1"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
