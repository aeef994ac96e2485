// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/rig.h"

#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <sstream>
#include <utility>

#include "base/files.h"
#include "base/pipe.h"
#include "base/temp_dir.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/merge.h"
#include "conformance/harness/needs.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// Stages of errors that are the candidate's.
constexpr std::string_view kCandidate = "candidate";
constexpr std::string_view kHangs = "candidate, in time";
constexpr std::string_view kNoWords = "candidate, without words";

}  // namespace

Error CandidateError(std::string what) { return Failure(std::move(what)).In(kCandidate); }

Error CandidateError(const std::string& what, const Call& call) {
  return Failure(what + ": " + call.ToText())
      .In(call.timed_out  ? kHangs
          : call.no_words ? kNoWords
                          : kCandidate);
}

bool IsCandidateError(const Error& error) {
  return error.stage == kCandidate || error.stage == kHangs;
}

bool IsWithoutWords(const Error& error) { return error.stage == kNoWords; }

namespace {

json ProblemOf(const Error& error) {
  std::string verdict = "error";
  std::string message = error.ToLine();
  if (IsCandidateError(error)) {
    verdict = error.stage == kHangs ? "timeout" : "fail";
    message = error.what;
  } else if (IsWithoutWords(error)) {
    verdict = "unsupported";
    message = error.what;
  } else if (error.number == ENOSPC) {
    verdict = "environment";
    message += "; the work area of the cell is full";
  }
  return {{"verdict", verdict}, {"message", message}};
}

}  // namespace

json DoBatteryRun(const BatteryRun& run, const RigOptions& options) {
  Findings findings;
  auto rig = Rig::Make(options);
  if (!rig) return {{"problem", ProblemOf(rig.error())}};
  const auto done = run.work(**rig, findings);
  json answer = {{"checks", findings.ToJson()}, {"commands", (*rig)->commands()}};
  if (!done) answer["problem"] = ProblemOf(done.error());
  return answer;
}

Result<std::unique_ptr<Rig>> Rig::Make(const RigOptions& options) {
  std::unique_ptr<Rig> rig(new Rig(options));
  ASSIGN_OR_RETURN(rig->paths_, CellPaths::Make(options.probe, options.view->caller));
  rig->driver_ =
      std::make_unique<Driver>(rig->profile_, rig->paths_, options.step_time, rig->deadline_);
  rig->before_ = TakeInventory();
  return rig;
}

void Rig::LimitSteps(std::chrono::milliseconds step_time) {
  options_.step_time = step_time;
  driver_ = std::make_unique<Driver>(profile_, paths_, step_time, deadline_);
}

bool Rig::Meets(const std::string& need) const {
  return CandidateMeets(need, profile(), options_.features ? *options_.features : json());
}

Result<Container*> Rig::NewContainer(const json& changes) {
  auto container = std::make_unique<Container>();
  container->id = RandomContainerId();
  RETURN_IF_ERROR(MakeBundle(*container, paths_));
  ASSIGN_OR_RETURN(json config, EffectiveConfig(options_.spec, changes, json::array()));
  AdaptConfig(config, paths_.caller);
  if (config["process"]["args"] == json({"${probe}", "observe", "--serve"}))
    config["process"]["args"] = {"${probe}", "serve"};
  ASSIGN_OR_RETURN(container->config, ExpandConfig(config, container->Values(paths_, false),
                                                   container->Values(paths_, true)));
  if (container->config["process"].value("terminal", false))
    container->console_socket = paths_.temporary + "/" + container->id + ".sock";
  RETURN_IF_ERROR(WriteConfig(*container));
  containers_.push_back(std::move(container));
  return containers_.back().get();
}

Result<Container*> Rig::NewGivenContainer() {
  auto container = std::make_unique<Container>();
  container->id = RandomContainerId();
  RETURN_IF_ERROR(MakeBundle(*container, paths_));
  RETURN_IF_ERROR(MakeGivenBundle(*options_.given, paths_, *container));
  RETURN_IF_ERROR(WriteConfig(*container));
  containers_.push_back(std::move(container));
  return containers_.back().get();
}

void Rig::Note(const Call& call) {
  std::string line;
  for (const std::string& word : call.command) line += (line.empty() ? "" : " ") + word;
  commands_.push_back(call.Success() ? line : line + "  # " + call.ToText());
}

Result<Call> Rig::TryCreate(Container& container) {
  ASSIGN_OR_RETURN(Call call, driver_->Create(container));
  container.interrupted = container.interrupted || call.timed_out || call.status.signal != 0;
  Note(call);
  return call;
}

Result<Call> Rig::Try(const std::string& verb, Container& container, const json& placeholders,
                      const std::string& input) {
  ASSIGN_OR_RETURN(Call call, driver_->Do(verb, container, placeholders, input));
  Note(call);
  if (call.Success() && verb.starts_with("delete")) container.deleted = true;
  return call;
}

Result<void> Rig::Create(Container& container) {
  ASSIGN_OR_RETURN(const Call call, TryCreate(container));
  if (!call.Success()) return CandidateError("create", call);
  return {};
}

Result<void> Rig::Start(Container& container) {
  RETURN_IF_ERROR(Do("start", container));
  ASSIGN_OR_RETURN(const json ready, Hear(container));
  (void)ready;
  return {};
}

Result<void> Rig::Run(Container& container) {
  RETURN_IF_ERROR(Create(container));
  return Start(container);
}

Result<void> Rig::Do(const std::string& verb, Container& container, const json& placeholders) {
  ASSIGN_OR_RETURN(const Call call, Try(verb, container, placeholders));
  if (!call.Success()) return CandidateError(verb, call);
  return {};
}

Result<Call> Rig::TryUpdate(Container& container, const json& resources) {
  const std::string file = paths_.temporary + "/update-" + std::to_string(++files_) + ".json";
  RETURN_IF_ERROR(WriteFileAtomically(file, resources.dump(2)));
  ASSIGN_OR_RETURN(Call call, Try("update", container, {{"resourcesFile", file}}));
  if (call.timed_out || call.no_words) return CandidateError("update", call);
  return call;
}

Result<void> Rig::Update(Container& container, const json& resources) {
  ASSIGN_OR_RETURN(const Call call, TryUpdate(container, resources));
  if (!call.Success()) return CandidateError("update", call);
  return {};
}

Result<std::vector<json>> Rig::Exec(Container& container, const std::vector<json>& messages,
                                    const json& process_changes) {
  json wrapped = {{"process", container.config["process"]}};
  wrapped["process"]["terminal"] = false;
  wrapped["process"]["args"] = {kProbeInContainer, "serve"};
  if (!process_changes.is_null())
    RETURN_IF_ERROR(MergeConfig(wrapped, {{"process", process_changes}}));
  const std::string file = paths_.temporary + "/exec-" + std::to_string(++files_) + ".json";
  RETURN_IF_ERROR(WriteFileAtomically(file, wrapped["process"].dump(2)));
  return ExecBy("exec", container, messages, {{"processFile", file}});
}

Result<std::vector<json>> Rig::ExecBy(const std::string& verb, Container& container,
                                      const std::vector<json>& messages, const json& placeholders) {
  std::string input;
  for (const json& message : messages) input += message.dump() + "\n";
  const std::string console = std::exchange(container.console_socket, "");
  auto tried = Try(verb, container, placeholders.is_null() ? json::object() : placeholders, input);
  container.console_socket = console;
  ASSIGN_OR_RETURN(const Call call, std::move(tried));
  if (!call.Success()) return CandidateError("exec", call);
  std::vector<json> answers;
  std::istringstream lines(call.output);
  for (std::string line; std::getline(lines, line);) {
    json answer = ParseForeign(line);
    if (answer.is_object()) answers.push_back(std::move(answer));
  }
  if (answers.size() != messages.size() + 1)
    return CandidateError("exec: the probe gave " + std::to_string(answers.size()) +
                          " answers instead of " + std::to_string(messages.size() + 1));
  answers.erase(answers.begin());  // that it is ready
  return answers;
}

Result<void> Rig::Send(Container& container, const json& message) {
  if (!container.input) return Failure("the container has no input");
  if (!WriteAll(container.input.get(), message.dump() + "\n", StepDeadline()))
    return CandidateError("the probe in the container does not take a message");
  return {};
}

Result<json> Rig::Hear(Container& container) {
  const Deadline deadline = StepDeadline();
  while (std::optional<std::string> line = ReadLine(container, deadline)) {
    json answer = ParseForeign(*line);
    if (answer.is_object()) return answer;
  }
  return CandidateError("the probe in the container does not answer");
}

Result<json> Rig::Tell(Container& container, const json& message) {
  RETURN_IF_ERROR(Send(container, message));
  return Hear(container);
}

void Rig::Remove(Container& container) {
  if (container.created && !container.deleted) (void)Try("deleteForce", container);
  // The work area is small. Links of the bundle are not followed.
  (void)RemoveTree(container.bundle);
}

json Rig::FindLeaks() {
  std::vector<std::string> ids;
  for (const auto& container : containers_) {
    ids.push_back(container->id);
    if ((container->created && !container->deleted) || container->interrupted)
      (void)Try("deleteForce", *container);
    container->CloseStreams();
  }
  // Descriptors of this process are the battery's.
  json leaks = conformance::FindLeaks({before_, paths_, *options_.view, {}, std::move(ids), false});
  json mounts = json::array();
  for (const json& mount : leaks["mounts"]) {
    const auto& where = mount.get_ref<const std::string&>();
    // These are the battery's.
    if (where != paths_.bundles && !where.starts_with(paths_.work + "/")) mounts.push_back(mount);
  }
  leaks["mounts"] = std::move(mounts);
  return leaks;
}

Result<pid_t> Rig::PidOf(const Container& container) {
  if (container.pidfd) return container.pid;
  return CandidateError("create left no pid file that names a living process");
}

std::string Rig::CellGroup(const std::string& controller) const {
  if (CgroupLayout(view().hierarchies) == "v2")
    return MountInCell(view(), view().hierarchies.front());
  for (const Hierarchy& hierarchy : view().hierarchies) {
    std::istringstream names(hierarchy.controllers);
    for (std::string name; std::getline(names, name, ',');) {
      if (name == controller) return MountInCell(view(), hierarchy);
    }
  }
  return "";
}

Result<void> Rig::Wait(std::chrono::milliseconds window) {
  ASSIGN_OR_RETURN(const UniqueFd timer, Deadline::After(window).ToTimerFd());
  ASSIGN_OR_RETURN(const Readiness ready, WaitFor(timer.get(), POLLIN, Deadline::Never()));
  (void)ready;
  return {};
}

}  // namespace loadline::conformance
