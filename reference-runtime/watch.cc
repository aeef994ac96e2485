// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/watch.h"

#include "reference-runtime/log.h"
#include "reference-runtime/probes.h"

namespace loadline::runtime {
namespace {

using Clock = std::chrono::steady_clock;

void DebugStage(const Container& container, std::string_view stage, Side side, Clock::duration took,
                int error) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  std::vector<LogField> fields{{"id", container.id},
                               {"stage", std::string(stage)},
                               {"side", std::string(NameOf(side))},
                               {"us", us}};
  if (error != 0) fields.push_back({"error", int64_t{error}});
  const char* verb = error == 0 ? " took " : " failed after ";
  DebugWith(fields, std::string(stage) + verb + std::to_string(us) + " us");
}

}  // namespace

LOADLINE_PROBED StageWatch::StageWatch(const Context& context, const StageName& name, Side side)
    : container_(context.container), name_(name), side_(side) {
  ProbeStageBegin(container_.id.c_str(), name_.c_str(), static_cast<int>(side_));
  if (Debugging()) begun_ = Clock::now();
}

LOADLINE_PROBED void StageWatch::Ended(int error) const {
  ProbeStageEnd(container_.id.c_str(), name_.c_str(), static_cast<int>(side_), error);
  if (Debugging()) DebugStage(container_, name_, side_, Clock::now() - begun_, error);
}

LOADLINE_PROBED void TellStatus(const Container& container, const std::string& status) {
  ProbeState(container.id.c_str(), status.c_str(), container.pid);
  if (Debugging())
    DebugWith({{"id", container.id}, {"status", status}, {"pid", int64_t{container.pid}}},
              "container " + container.id + " is " + status);
}

void ChangeStatus(Context& context, const std::string& status) {
  if (context.status == status || context.status == "deleted") return;
  context.status = status;
  TellStatus(context.container, context.status);
}

}  // namespace loadline::runtime
