// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/watch_execs.h"

#include <filesystem>

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// The way into the container takes a few milliseconds: often enough that somebody is seen on it.
constexpr int kRounds = 4;

}  // namespace

Result<json> WatchExecs(Rig& rig, const std::vector<std::string>& programs) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  std::error_code error;
  fs::copy_file(rig.paths().probe, container->bundle + "/rootfs" + kWatchedPayload, error);
  if (error) return Failure("the payload cannot be copied: " + error.message());
  RETURN_IF_ERROR(GiveTree(container->bundle, rig.paths().caller));
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(rig.Send(*container, {{"tell", "watch"}, {"payload", kWatchedPayload}}));
  for (int round = 0; round < kRounds; ++round) {
    for (const std::string& program : programs) {
      auto answers = rig.Exec(*container, {}, {{"args", {program, "serve"}}});
      if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
    }
  }
  // The next message ends the watch, and has an answer of its own.
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, {{"tell", "signals"}}));
  RETURN_IF_ERROR(rig.Hear(*container));
  rig.Remove(*container);
  if (!answer.contains("watched"))
    return CandidateError("the watch in the container ended without an answer");
  return answer["watched"];
}

}  // namespace loadline::conformance::isolation
