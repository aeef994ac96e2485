// SPDX-License-Identifier: Apache-2.0
// Shares of processor time: two containers that want the same processor.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/native.h"
#include "conformance/batteries/processors.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds kSettle{100};
constexpr milliseconds kWindow{1200};
constexpr milliseconds kControlWindow{600};
constexpr double kTolerance = 1.35;  // times or divided by
constexpr int kFew = 1024;
constexpr int kMany = 4096;

const std::string kShares = "loadline/control/cpu/shares";
const std::string kUpdated = "loadline/control/cpu/shares-updated";

json Resources(int shares) { return {{"cpu", {{"shares", shares}}}}; }

json SpinFor(milliseconds time) { return {{"tell", "spin"}, {"milliseconds", time.count()}}; }

// Native processes in groups of their own, which are gone with them.
struct Grouped {
  Grouped() = default;
  Grouped(const Grouped&) = delete;
  Grouped& operator=(const Grouped&) = delete;
  ~Grouped() {
    natives.clear();
    for (const std::string& group : groups) RemoveGroupTree(group);
  }
  std::vector<Native> natives;
  std::vector<std::string> groups;
};

// Two native processes in groups of equal shares: how far from one to one this machine takes them.
Result<double> NoiseOf(Rig& rig, int processor) {
  const std::string parent = rig.CellGroup("cpu");
  Grouped noise;
  for (const char* name : {"/noise-a", "/noise-b"}) {
    ASSIGN_OR_RETURN(Native native, Native::Start(rig));
    const std::string group = parent + name;
    if (mkdir(group.c_str(), 0755) != 0) return CallError("mkdir", group);
    noise.groups.push_back(group);
    RETURN_IF_ERROR(WriteExisting(group + "/cgroup.procs", std::to_string(native.pid())));
    RETURN_IF_ERROR(Pin(native.pid(), processor));
    noise.natives.push_back(std::move(native));
  }
  for (Native& native : noise.natives) RETURN_IF_ERROR(native.Tell(SpinFor(kControlWindow)));
  double used[2] = {0, 0};
  for (size_t i = 0; i < noise.natives.size(); ++i) {
    ASSIGN_OR_RETURN(const json ended, noise.natives[i].Tell({{"tell", "join"}}));
    used[i] = ended.value("processorSeconds", 0.0);
  }
  const double ratio = used[0] / std::max(used[1], 1e-6);
  return std::max(ratio, 1 / std::max(ratio, 1e-6));
}

// Processor time of the second container over that of the first, in the same window.
Result<double> RatioOf(Rig& rig, Container& first, Container& second) {
  std::vector<Container*> both{&first, &second};
  const json spin = SpinFor(kWindow + 3 * kSettle);
  for (Container* container : both) RETURN_IF_ERROR(rig.Send(*container, spin));
  for (Container* container : both) RETURN_IF_ERROR(rig.Hear(*container));
  RETURN_IF_ERROR(Rig::Wait(kSettle));
  int64_t used[2] = {0, 0};
  for (const int sign : {-1, 1}) {
    for (size_t i = 0; i < both.size(); ++i) {
      ASSIGN_OR_RETURN(const int64_t now, rig.GroupNumber(*both[i], "cpuacct.usage"));
      used[i] += sign * now;
    }
    if (sign < 0) RETURN_IF_ERROR(Rig::Wait(kWindow));
  }
  for (Container* container : both) RETURN_IF_ERROR(rig.Tell(*container, {{"tell", "join"}}));
  return static_cast<double>(used[1]) / static_cast<double>(std::max<int64_t>(used[0], 1));
}

void JudgeRatio(Findings& findings, const std::string& check, double ratio, double expected,
                double noise) {
  const json evidence = {
      {"ratio", ratio}, {"expected", expected}, {"tolerance", kTolerance}, {"noise", noise}};
  const std::string says = "one container got " + Decimal(ratio, 2) +
                           " times the other's time, expected " + Decimal(expected, 2);
  const bool holds = ratio <= expected * kTolerance && ratio >= expected / kTolerance;
  if (!holds && noise > kTolerance) {
    findings.Say(check, Verdict::kInconclusive, "the machine is too noisy: " + says, evidence);
    return;
  }
  findings.Judge(check, holds, says, evidence);
}

Result<void> Work(Rig& rig, Findings& findings) {
  const int processor = LastProcessor();
  ASSIGN_OR_RETURN(const double noise, NoiseOf(rig, processor));
  std::vector<Container*> both;
  for (const int shares : {kFew, kMany}) {
    ASSIGN_OR_RETURN(Container* const container,
                     rig.NewContainer({{"linux", {{"resources", Resources(shares)}}}}));
    RETURN_IF_ERROR(rig.Run(*container));
    ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
    RETURN_IF_ERROR(Pin(pid, processor));
    both.push_back(container);
  }
  constexpr double kExpected = static_cast<double>(kMany) / kFew;
  ASSIGN_OR_RETURN(const double before, RatioOf(rig, *both[0], *both[1]));
  JudgeRatio(findings, kShares, before, kExpected, noise);
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*both[0], Resources(kMany)));
  RETURN_IF_ERROR(rig.Update(*both[1], Resources(kFew)));
  ASSIGN_OR_RETURN(const double afterwards, RatioOf(rig, *both[0], *both[1]));
  JudgeRatio(findings, kUpdated, afterwards, 1 / kExpected, noise);
  return {};
}

}  // namespace

BatteryRun SharesRun() {
  const std::string holds = "loadline/control/cpu/shares-hold";
  return {"shares",
          {{kShares,
            "containers that want the same processor get it by their shares",
            {holds},
            Needs("cpu")},
           {kUpdated,
            "after an update they get it by the new shares",
            {holds, "loadline/control/update/bites"},
            Needs("cpu", {"verb-update"})}},
          true,
          Work};
}

}  // namespace loadline::conformance::control
