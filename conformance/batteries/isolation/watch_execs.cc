// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/watch_execs.h"

#include <filesystem>
#include <map>
#include <set>

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// The way into the container takes a few milliseconds: often enough that somebody is seen on it,
// and on a busy machine until somebody was.
constexpr int kRounds = 4;
constexpr int kMostRounds = 12;

struct Sum {
  std::map<std::string, int> stages;
  int payloads = 0;
  std::set<std::string> writable;

  void Add(const json& watched) {
    for (const auto& stage : watched["stages"].items())
      stages[stage.key()] += stage.value().get<int>();
    payloads += watched.value("payloads", 0);
    for (const json& program : watched["writable"]) writable.insert(program.get<std::string>());
  }
  bool HasSeenPayload() const { return payloads > 0 && writable.count(kWatchedPayload) != 0; }
};

Result<json> WatchOne(Rig& rig, Container& container, const std::string& program) {
  RETURN_IF_ERROR(rig.Send(container, {{"tell", "watch"}, {"payload", kWatchedPayload}}));
  auto answers = rig.Exec(container, {}, {{"args", {program, "serve"}}});
  if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
  // The next message ends the watch, and has an answer of its own.
  ASSIGN_OR_RETURN(json answer, rig.Tell(container, {{"tell", "signals"}}));
  RETURN_IF_ERROR(rig.Hear(container));
  if (!answer.contains("watched"))
    return CandidateError("the watch in the container ended without an answer");
  return std::move(answer["watched"]);
}

}  // namespace

Result<json> WatchExecs(Rig& rig, const std::vector<std::string>& programs) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  std::error_code error;
  fs::copy_file(rig.paths().probe, container->bundle + "/rootfs" + kWatchedPayload, error);
  if (error) return Failure("the payload cannot be copied: " + error.message());
  RETURN_IF_ERROR(GiveTree(container->bundle, rig.paths().caller));
  RETURN_IF_ERROR(rig.Run(*container));
  Sum sum;
  for (int round = 0; round < kMostRounds && (round < kRounds || !sum.HasSeenPayload()); ++round) {
    for (const std::string& program : programs) {
      ASSIGN_OR_RETURN(const json watched, WatchOne(rig, *container, program));
      sum.Add(watched);
    }
  }
  rig.Remove(*container);
  return json{{"stages", sum.stages}, {"payloads", sum.payloads}, {"writable", sum.writable}};
}

}  // namespace loadline::conformance::isolation
