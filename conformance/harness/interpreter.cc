// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/interpreter.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/merge.h"
#include "conformance/harness/observe_host.h"
#include "conformance/harness/resctrl.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kRunTime{60000};

bool WorkAreaIsFull() {
  struct statvfs status {};
  return statvfs(kWorkArea, &status) == 0 && (status.f_bavail == 0 || status.f_favail == 0);
}

json Problem(const Error& error) {
  const bool full = error.number == ENOSPC;
  return {{"verdict", full ? "environment" : "error"},
          {"message", error.ToLine() + (full ? "; the work area of the cell is full" : "")}};
}

}  // namespace

json InterpretRun(const Run& run, const Profile& profile, const CellView& view,
                  const std::string& probe, std::chrono::milliseconds step_time) {
  Interpreter interpreter(run, profile, view, step_time);
  json answer = interpreter.Interpret(probe);
  // Everything else ends with the cell.
  RemoveResctrlGroups(view.resctrl, interpreter.Ids());
  return answer;
}

Interpreter::Interpreter(const Run& run, const Profile& profile, const CellView& view,
                         std::chrono::milliseconds step_time)
    : run_(run),
      profile_(profile),
      view_(view),
      step_time_(step_time),
      deadline_(Deadline::After(kRunTime)) {}

json Interpreter::Interpret(const std::string& probe) {
  answer_["steps"] = json::array();
  answer_["snapshots"] = json::object();
  answer_["stateAnswers"] = json::array();
  auto prepared = Prepare(probe);
  if (!prepared) {
    answer_["problem"] = Problem(prepared.error());
    return answer_;
  }
  const CellInventory before = TakeInventory();
  auto done = DoSteps();
  if (!done) answer_["problem"] = Problem(done.error());
  answer_["observation"] = Document();
  TakeLedger(before, done.has_value());
  if (WorkAreaIsFull() && !answer_.contains("problem"))
    answer_["problem"] = {{"verdict", "environment"},
                          {"message", std::string("the work area of the cell (tmpfs of ") +
                                          kWorkAreaSize + ") is full: the candidate filled it"}};
  const Container& main = *containers_[""];
  answer_["outside"] = main.Values(paths_, false);
  answer_["inside"] = main.Values(paths_, true);
  for (const char* position : {"outside", "inside"})
    answer_[position].update(fixtures_.placeholders());
  answer_["config"] = main.config;
  return answer_;
}

Result<bool> Interpreter::DeleteTheRest() {
  bool any = false;
  for (const auto& entry : containers_) {
    Container& container = *entry.second;
    any = any || container.created || container.attempted;
    const bool there = container.created && !container.deleted;
    // A create that said it failed has to have cleaned up by itself.
    if (!there && !container.interrupted) continue;
    ASSIGN_OR_RETURN(const Call call, driver_->Do("deleteForce", container));
    (void)call;  // what it leaves is what counts
  }
  return any;
}

// After every run: what its own deletes left, and what was left when something had gone wrong.
void Interpreter::TakeLedger(const CellInventory& before, bool done) {
  const bool all_deleted = std::all_of(
      containers_.begin(), containers_.end(),
      [](const auto& entry) { return !entry.second->created || entry.second->deleted; });
  const bool any_deleted = std::any_of(containers_.begin(), containers_.end(),
                                       [](const auto& entry) { return entry.second->deleted; });
  answer_["ledger"] = all_deleted && any_deleted && done;
  auto any = answer_["ledger"] == true ? Result<bool>(false) : DeleteTheRest();
  for (const auto& entry : containers_) entry.second->CloseStreams();
  const json leaks = FindLeaks({before,
                                paths_,
                                view_,
                                {fixtures_.processes(), fixtures_.groups(), {}},
                                Ids(),
                                !fixtures_.KeepsDescriptors()});
  if (all_deleted) answer_["observation"]["leaks"] = leaks;
  if (done && any && *any) answer_["leaksAfterErrors"] = leaks;
}

Result<void> Interpreter::Prepare(const std::string& probe) {
  ASSIGN_OR_RETURN(paths_, CellPaths::Make(probe, view_.caller));
  paths_.resctrl = view_.resctrl;
  driver_ = std::make_unique<Driver>(profile_, paths_, step_time_, deadline_);
  auto container = std::make_unique<Container>();
  container->id = RandomContainerId();
  RETURN_IF_ERROR(MakeBundle(*container, paths_));
  Container& main = *container;
  containers_.emplace("", std::move(container));
  for (const json& fixture : run_.fixtures) {
    json values = main.Values(paths_, false);
    values.update(fixtures_.placeholders());
    ASSIGN_OR_RETURN(const json expanded, Expand(fixture, {values, false}));
    RETURN_IF_ERROR(fixtures_.Make(expanded, main.bundle, view_));
  }
  RETURN_IF_ERROR(GiveTree(paths_.base, paths_.caller));
  return WriteConfigOf(main, run_.config);
}

Result<void> Interpreter::WriteConfigOf(Container& container, const json& config) {
  json outside = container.Values(paths_, false);
  json inside = container.Values(paths_, true);
  outside.update(fixtures_.placeholders());
  inside.update(fixtures_.placeholders());
  for (const char* version : {"ociVersionMin", "ociVersionMax"}) {
    if (profile_.features.is_object() && profile_.features.contains(version))
      outside[std::string("features.") + version] = profile_.features[version];
  }
  ASSIGN_OR_RETURN(container.config, ExpandConfig(config, outside, inside));
  const json terminal = container.config.value(json::json_pointer("/process/terminal"), json());
  if (terminal == true) container.console_socket = paths_.temporary + "/" + container.id + ".sock";
  return WriteConfig(container);
}

Result<Container*> Interpreter::Find(const std::string& label) {
  const auto found = containers_.find(label);
  if (found != containers_.end()) return found->second.get();
  auto container = std::make_unique<Container>();
  container->label = label;
  container->id = RandomContainerId();
  RETURN_IF_ERROR(MakeBundle(*container, paths_));
  RETURN_IF_ERROR(WriteConfigOf(*container, run_.config));
  return containers_.emplace(label, std::move(container)).first->second.get();
}

Result<void> Interpreter::DoSteps() {
  for (const Step& step : run_.steps) {
    ASSIGN_OR_RETURN(const bool go_on, DoOne(step));
    if (run_.snapshots.count(step.as) != 0) answer_["snapshots"][step.as] = Document();
    if (!go_on) break;
  }
  return {};
}

void Interpreter::Record(const Step& step, const Done& done, bool held,
                         const std::string& message) {
  json record = {
      {"as", step.as}, {"verb", step.verb}, {"held", held}, {"timedOut", done.timed_out}};
  if (!message.empty()) record["message"] = step.as + ": " + message;
  record.update(done.call);
  answer_["steps"].push_back(std::move(record));
}

// Does a step and says whether to go on.
Result<bool> Interpreter::DoOne(const Step& step) {
  if (step.aside) return DoAside(step);
  ASSIGN_OR_RETURN(const Done done, Do(step));
  if (const auto lines = done.call.find("lines"); lines != done.call.end())
    containers_[step.container]->observed["calls"][step.as] = {{"lines", *lines}};
  const bool by_start = start_must_fail_ && step.verb == "start";
  const bool must_fail = step.fails == Fails::kHere || by_start;
  if (done.timed_out) {
    Record(step, done, false, done.message);
    return false;
  }
  if (must_fail) {
    const bool failed = !done.success && !done.answered;
    Record(step, done, failed, failed ? "" : "succeeded, though it had to fail");
    return failed && !by_start;
  }
  if (step.fails == Fails::kPerhaps) {
    Record(step, done, true, "");
    answer_["refused"] = !done.success;
    return done.success;
  }
  if (step.fails == Fails::kByStart) {
    Record(step, done, true, "");
    start_must_fail_ = done.success;
    return done.success;
  }
  if (done.no_words)
    answer_["problem"] = {{"verdict", "unsupported"}, {"message", step.as + ": " + done.message}};
  Record(step, done, done.success, done.message);
  return done.success;
}

Result<bool> Interpreter::DoAside(const Step& step) {
  if (!profile_.HasVerb(step.verb)) return true;
  ASSIGN_OR_RETURN(const Done done, Do(step));
  Record(step, done, true, "");
  return true;
}

void Interpreter::ObserveHost(Container& container) {
  json host = ObserveProcess(container, view_, run_.request.cgroup_files);
  if (!host.is_null()) container.observed["host"].update(host);
}

json Interpreter::DocumentOf(Container& container) {
  json document = container.observed;
  json& host = document["host"];
  if (container.ended) {
    host["process"] = {{"exitCode", container.ended->code}, {"signal", container.ended->signal}};
  }
  host["consoleReceived"] = container.console_received;
  if (!document.contains("state")) document["state"] = json::object();
  document["log"] = ReadLog(container);
  document["hooks"] = ReadHooks(container);
  return document;
}

std::vector<std::string> Interpreter::Ids() const {
  std::vector<std::string> ids;
  for (const auto& entry : containers_) ids.push_back(entry.second->id);
  return ids;
}

json Interpreter::Document() {
  Container& main = *containers_[""];
  json document = DocumentOf(main);
  document["host"].update(fixtures_.Observe());
  if (run_.request.resctrl) document["host"]["resctrl"] = ObserveResctrl(view_.resctrl, Ids());
  json files = json::object();
  json values = main.Values(paths_, false);
  values.update(fixtures_.placeholders());
  for (const std::string& name : run_.request.host_files) {
    const std::string path = ExpandText(name, {values, true}).value_or(name);
    files[path] = ObservePath(path);
  }
  document["host"]["files"] = std::move(files);
  document["containers"] = json::object();
  for (const auto& entry : containers_) {
    if (!entry.first.empty()) document["containers"][entry.first] = DocumentOf(*entry.second);
  }
  return document;
}

}  // namespace loadline::conformance
