// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/recursion/ladder.h"

#include <algorithm>
#include <filesystem>

#include "base/child_process.h"
#include "base/files.h"
#include "conformance/batteries/left_out.h"
#include "conformance/batteries/normalised.h"
#include "conformance/batteries/recursion/level.h"
#include "conformance/batteries/told_state.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance::recursion {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::seconds kNestTime{20};
constexpr int64_t kHandingDown = 100;  // milliseconds that each level may add

Result<Call> CallOf(std::vector<std::string> command, const json& answer) {
  if (!answer.contains("call")) return CandidateError("no call was made: " + answer.dump());
  const json& made = answer["call"];
  Call call;
  call.command = std::move(command);
  call.status = {made.value("code", 0), made.value("signal", 0)};
  call.timed_out = made.value("timedOut", false);
  call.output = made.value("output", "");
  call.errors = made.value("errors", "");
  return call;
}

// The work area is small, and the levels are many: they have one probe between them.
Result<void> ShareProbe(const std::string& first, const std::string& next) {
  const std::string place = std::string("/rootfs") + kProbeInContainer;
  std::error_code error;
  fs::remove(next + place, error);
  fs::create_hard_link(first + place, next + place, error);
  if (error) return Failure("the probe cannot be linked: " + error.message());
  return {};
}

// How a process ended that lived before; one with a monitor is reaped by that, and all that is seen
// of it is that it ended.
bool WasKilled(const std::string& end) {
  return end == "SIGKILL" || end == "ended" || end == "there is no such process";
}

}  // namespace

Result<NativeDepth> NestByHand(Rig& rig, int wanted, bool users) {
  RunOptions run;
  run.spawn.argv = {rig.paths().probe, "nest", std::to_string(wanted)};
  if (users) run.spawn.argv.emplace_back("--users");
  run.spawn.directory = "/";
  run.deadline = Deadline::After(kNestTime);
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(run));
  const json said = ParseForeign(outcome.standard_output);
  if (!said.is_object())
    return NativeDepth{0, "the native control says nothing: " + outcome.status.ToText()};
  return NativeDepth{said.value("depth", 0), said.value("failed", "")};
}

Result<Ladder> Ladder::Raise(Rig& rig, int levels, bool users) {
  Ladder ladder(rig, users);
  RETURN_IF_ERROR(ladder.TakeProgramsAlong());
  ASSIGN_OR_RETURN(ladder.first_, ladder.MakeFirst());
  ladder.ids_.push_back(ladder.first_->id);
  RETURN_IF_ERROR(ladder.MakeFurther(levels));
  RETURN_IF_ERROR(rig.Run(*ladder.first_));
  ladder.depth_ = 1;
  return ladder;
}

// Copies each file that the candidate's command names, and what has to stand beside them; what
// those load comes with the host's /usr.
Result<void> Ladder::TakeProgramsAlong() {
  const std::string directory = rig_->paths().work + kPrograms;
  std::error_code error;
  fs::create_directories(directory + "/bin", error);
  inner_ = rig_->profile();
  int number = 0;
  for (std::string& word : inner_.command) {
    if (word[0] != '/' || !fs::is_regular_file(word, error)) continue;
    const std::string name =
        "/bin/" + std::to_string(number++) + "-" + fs::path(word).filename().string();
    fs::copy_file(word, directory + name, error);
    if (error) return Failure("the candidate's program cannot be copied: " + error.message());
    word = kPrograms + name;
  }
  const fs::path from = fs::path(rig_->profile().command[0]).parent_path();
  for (const std::string& beside : inner_.alongside) {
    const fs::path to = (fs::path(directory) / "bin" / beside).lexically_normal();
    fs::create_directories(to.parent_path(), error);
    fs::copy(from / beside, to, fs::copy_options::recursive, error);
    if (error) return Failure((from / beside).string() + " cannot be copied: " + error.message());
  }
  return {};
}

Result<Container*> Ladder::MakeFirst() {
  const std::string programs = rig_->paths().work + kPrograms;
  json config = ConfigOfFirst(programs, users_);
  (void)LeaveOutUnexpressed(config, rig_->profile());
  // Who has no groups mounts none.
  if (!rig_->Meets("cgroup-v1") && !rig_->Meets("cgroup-v2"))
    config["mounts"].erase("/sys/fs/cgroup");
  ASSIGN_OR_RETURN(Container* const first, rig_->NewContainer(config));
  RETURN_IF_ERROR(FurnishRootfs(first->bundle + "/rootfs"));
  return first;
}

Result<json> Ladder::ObserveAnotherFirst() {
  ASSIGN_OR_RETURN(Container* const another, MakeFirst());
  if (users_) RETURN_IF_ERROR(GiveToMappedRoot(another->bundle));
  RETURN_IF_ERROR(rig_->Run(*another));
  ASSIGN_OR_RETURN(const json answer, rig_->Tell(*another, {{"tell", "observe"}}));
  const std::string id = another->id;
  rig_->Remove(*another);
  return Normalised(answer.value("probe", json()), id);
}

// Each bundle lies in the root filesystem of the level that it is made in.
Result<void> Ladder::MakeFurther(int levels) {
  CellPaths paths = rig_->paths();
  std::string bundle = first_->bundle;
  for (int level = 2; level <= levels; ++level) {
    paths.bundles = bundle + "/rootfs";
    Container next;
    next.id = fs::path(kNext).filename().string();
    RETURN_IF_ERROR(MakeBundle(next, paths));
    RETURN_IF_ERROR(FurnishRootfs(next.bundle + "/rootfs"));
    RETURN_IF_ERROR(ShareProbe(first_->bundle, next.bundle));
    ids_.push_back(RandomContainerId());
    next.config = ConfigOfDeeper(first_->config, ids_.back(), users_);
    RETURN_IF_ERROR(WriteConfig(next));
    bundle = next.bundle;
  }
  return users_ ? GiveToMappedRoot(first_->bundle) : Result<void>();
}

Result<json> Ladder::Ask(int level, json message) {
  int64_t time = std::max(message.value("milliseconds", int64_t{0}), CallTime());
  for (int at = level; at > 1; --at) {
    time += kHandingDown;
    json down = {{"tell", "below"}, {"milliseconds", time}};
    down["message"] = std::move(message);
    message = std::move(down);
  }
  ASSIGN_OR_RETURN(json answer, rig_->Tell(*first_, message));
  for (int at = 2; at <= level; ++at) {
    if (!answer.contains("below"))
      return CandidateError("the process of level " + std::to_string(at) +
                            " does not answer: " + answer.dump());
    json inner = std::move(answer["below"]);
    answer = std::move(inner);
  }
  return answer;
}

Result<json> Ladder::MessageOf(const char* word, const std::string& verb,
                               const std::string& id) const {
  const json values = {{"id", id},       {"bundle", kNext},
                       {"root", kState}, {"pidFile", kNextPidFile},
                       {"work", "/tmp"}, {"signal", "KILL"}};
  ASSIGN_OR_RETURN(const std::vector<std::string> argv, inner_.CommandLine(verb, values));
  std::vector<std::string> environment = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp",
      "TMPDIR=/tmp", "XDG_RUNTIME_DIR=/tmp", "LC_ALL=C"};
  for (const auto& variable : inner_.environment)
    environment.push_back(variable.first + "=" + variable.second);
  return json{
      {"tell", word}, {"argv", argv}, {"environment", environment}, {"milliseconds", CallTime()}};
}

Result<Call> Ladder::CallIn(const std::string& verb, const std::string& id, const char* how) {
  ASSIGN_OR_RETURN(const json message, MessageOf(how, verb, id));
  ASSIGN_OR_RETURN(const json answer, Ask(depth_, message));
  return CallOf(message["argv"].get<std::vector<std::string>>(), answer);
}

Result<std::string> Ladder::StatusIn(const std::string& id) {
  ASSIGN_OR_RETURN(const Call call, CallIn("state", id));
  if (!call.Success()) return "none (" + call.ToText() + ")";
  return ReadState(call.output).status;
}

Result<json> Ladder::RemainsOf(const std::string& id) {
  return Ask(depth_, {{"tell", "remains"}, {"id", id}, {"state", kState}});
}

Result<std::string> Ladder::Make(const std::string& id) {
  ASSIGN_OR_RETURN(const Call create, CallIn("create", id, "hold-call"));
  if (!create.Success()) return "create: " + create.ToText();
  ASSIGN_OR_RETURN(const std::string status, StatusIn(id));
  if (status != "created") return "after create the state is " + status;
  ASSIGN_OR_RETURN(const Call start, CallIn("start", id));
  if (!start.Success()) return "start: " + start.ToText();
  ASSIGN_OR_RETURN(const json ready,
                   Ask(depth_, {{"tell", "below"}, {"milliseconds", CallTime()}}));
  if (!ready.contains("below")) return "after start its process does not run: " + ready.dump();
  return std::string();
}

std::string Ladder::TraceCreate(const std::string& id) {
  const auto message = MessageOf("trace", "create", id);
  if (!message) return "";
  const auto answer = Ask(depth_, *message);
  if (!answer || !answer->contains("failed")) return "";
  std::string words;
  for (const std::string failed : answer->at("failed"))
    words += (words.empty() ? "" : ", ") + failed;
  return words.empty() ? "" : "; the last calls of it that failed: " + words;
}

Result<void> Ladder::CleanUpAfter(const std::string& id) {
  RETURN_IF_ERROR(CallIn("deleteForce", id));
  RETURN_IF_ERROR(Ask(depth_, {{"tell", "release"}, {"pidFile", kNextPidFile}}));
  return {};
}

Result<std::string> Ladder::Descend() {
  const std::string id = IdOf(depth_ + 1);
  RETURN_IF_ERROR(Ask(depth_, {{"tell", "make-way"}}));
  ASSIGN_OR_RETURN(json before, RemainsOf(id));
  before_.push_back(std::move(before));
  ASSIGN_OR_RETURN(std::string failed, Make(id));
  if (failed.empty()) {
    ++depth_;
    return failed;
  }
  before_.pop_back();
  RETURN_IF_ERROR(CleanUpAfter(id));
  if (!failed.starts_with("create: ")) return failed;
  failed += TraceCreate(id);
  RETURN_IF_ERROR(CleanUpAfter(id));
  return failed;
}

Result<std::vector<std::string>> Ladder::Ascend() {
  const std::string id = IdOf(depth_);
  const std::string where = "level " + std::to_string(depth_) + ": ";
  --depth_;
  std::vector<std::string> wrong;
  ASSIGN_OR_RETURN(const Call killed, CallIn("kill", id));
  if (!killed.Success()) wrong.push_back(where + "kill: " + killed.ToText());
  ASSIGN_OR_RETURN(const json released,
                   Ask(depth_, {{"tell", "release"}, {"pidFile", kNextPidFile}}));
  if (!WasKilled(released.value("released", "")))
    wrong.push_back(where + "its process, killed: " + released.dump());
  ASSIGN_OR_RETURN(const std::string status, StatusIn(id));
  if (status != "stopped") wrong.push_back(where + "killed, its state is " + status);
  ASSIGN_OR_RETURN(const Call deleted, CallIn("delete", id));
  if (!deleted.Success()) wrong.push_back(where + "delete: " + deleted.ToText());
  ASSIGN_OR_RETURN(const json after, RemainsOf(id));
  for (const std::string& left : Differences(before_.back(), after))
    wrong.push_back(where + "left behind: " + left);
  before_.pop_back();
  return wrong;
}

}  // namespace loadline::conformance::recursion
