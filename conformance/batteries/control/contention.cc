// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/contention.h"

#include <algorithm>

#include "conformance/batteries/control/processor_time.h"
#include "conformance/batteries/groups/own_group.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kSettle{100};
constexpr double kLeast = 1e-6;  // seconds, so that nothing is divided by 0

}  // namespace

bool IsNear(double ratio, double expected) {
  return ratio <= expected * kRatioTolerance && ratio >= expected / kRatioTolerance;
}

Result<Container*> RunPinned(Rig& rig, const json& resources) {
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", resources}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
  RETURN_IF_ERROR(Pin(pid, LastProcessor()));
  return container;
}

Result<std::vector<double>> TimesOf(Rig& rig, const std::vector<Container*>& containers,
                                    milliseconds window) {
  // The last one first: who gets next to nothing beside others would not even come to begin.
  for (auto one = containers.rbegin(); one != containers.rend(); ++one)
    RETURN_IF_ERROR(rig.Tell(**one, Spin(1)));
  RETURN_IF_ERROR(Rig::Wait(kSettle));
  std::vector<int64_t> used(containers.size(), 0);
  for (const int sign : {-1, 1}) {
    for (size_t i = 0; i < containers.size(); ++i) {
      ASSIGN_OR_RETURN(const int64_t now, Read(rig, *containers[i], Figure::kProcessorTime));
      used[i] += sign * now;
    }
    if (sign < 0) RETURN_IF_ERROR(Rig::Wait(window));
  }
  for (Container* container : containers) RETURN_IF_ERROR(rig.Tell(*container, StopSpinning()));
  std::vector<double> seconds;
  for (const int64_t one : used)
    seconds.push_back(std::max(static_cast<double>(one) / 1e9, kLeast));
  return seconds;
}

Result<std::vector<double>> NativeTimes(Rig& rig, const std::vector<std::vector<GroupLine>>& groups,
                                        milliseconds window) {
  std::vector<OwnGroup> natives;
  for (const auto& lines : groups) {
    const std::string name = "contention-" + std::to_string(natives.size());
    ASSIGN_OR_RETURN(OwnGroup group, OwnGroup::Make(rig, "cpu", name, lines));
    RETURN_IF_ERROR(Pin(group.process().pid(), LastProcessor()));
    natives.push_back(std::move(group));
  }
  for (auto one = natives.rbegin(); one != natives.rend(); ++one)
    RETURN_IF_ERROR(one->process().Tell(Spin(1, window)));
  std::vector<double> seconds;
  for (OwnGroup& one : natives) {
    ASSIGN_OR_RETURN(const json ended, one.process().Tell({{"tell", "join"}}));
    seconds.push_back(std::max(ended.value("processorSeconds", 0.0), kLeast));
  }
  return seconds;
}

Result<double> NoiseOfShares(Rig& rig, milliseconds window) {
  ASSIGN_OR_RETURN(const std::vector<double> equal, NativeTimes(rig, {{}, {}}, window));
  return std::max(equal[0], equal[1]) / std::min(equal[0], equal[1]);
}

}  // namespace loadline::conformance::control
