// SPDX-License-Identifier: Apache-2.0
// The steps of the interpreter, one function per verb.
#include <signal.h>

#include <thread>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/harness/interpreter.h"
#include "conformance/harness/merge.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// Hands the probe one line. A probe that is gone is no error: it will not answer, either.
void Send(Container& container, const json& message, const Deadline& deadline) {
  if (!container.input) return;
  (void)WriteAll(container.input.get(), message.dump() + "\n", deadline);
}

// The next line that is a JSON object; null when none comes.
json Receive(Container& container, const Deadline& deadline) {
  while (std::optional<std::string> line = ReadLine(container, deadline)) {
    json document = ParseForeign(*line);
    if (document.is_object()) return document;
  }
  return nullptr;
}

bool RunsProbe(const json& process, const char* verb) {
  const auto args = process.find("args");
  return args != process.end() && args->is_array() && args->size() >= 2 &&
         (*args)[0] == kProbeInContainer && (*args)[1] == verb;
}

json Member(const json& object, const char* key, json fallback) {
  const auto found = object.find(key);
  return found == object.end() ? fallback : *found;
}

CallOptions OptionsOf(const Step& step) {
  CallOptions options;
  options.without = Member(step.options, "without", json::array()).get<std::vector<std::string>>();
  const json umask = Member(step.options, "umask", nullptr);
  if (umask.is_string())
    options.umask =
        static_cast<mode_t>(strtol(umask.get_ref<const std::string&>().c_str(), nullptr, 8));
  options.stranger = Member(step.options, "stranger", false) == true;
  return options;
}

// Remembers what a create may have left behind.
void NoteAttempt(const Call& call, Container& container) {
  container.attempted = true;
  container.interrupted = container.interrupted || call.timed_out || call.status.signal != 0;
}

// How many lines that are not empty a text has.
int CountLines(const std::string& text) {
  int count = 0;
  bool empty = true;
  for (const char letter : text) {
    if (letter == '\n') empty = true;
    if (isspace(static_cast<unsigned char>(letter)) != 0 || !empty) continue;
    empty = false;
    ++count;
  }
  return count;
}

}  // namespace

Interpreter::Done Interpreter::FromCall(const Container& container, const Call& call) {
  Done done;
  done.success = call.Success();
  done.timed_out = call.timed_out;
  done.no_words = call.no_words;
  if (!done.success) done.message = call.ToText();
  done.call = {{"command", call.command},
               {"exit", call.status.ToText()},
               {"errors", call.errors.substr(0, 4096)},
               {"lines", CountLines(call.errors)},
               {"durationMs", call.duration_ms}};
  if (!container.label.empty()) done.call["container"] = container.label;
  return done;
}

Result<Interpreter::Done> Interpreter::Do(const Step& step) {
  if (step.verb == "together") return Together(step);
  ASSIGN_OR_RETURN(Container* const container, Find(step.container));
  if (step.verb == "create") return Create(step, *container);
  if (step.verb == "start") return Start(step, *container);
  if (step.verb == "state") return State(step, *container);
  if (step.verb == "features") return Features(step, *container);
  if (step.verb == "exec") return Exec(step, *container);
  if (step.verb == "update") return Update(step, *container);
  if (step.verb == "edit") return Edit(step, *container);
  if (step.verb == "tell") return Tell(step, *container);
  if (step.verb == "wait") return Wait(*container);
  if (step.verb == "kill") {
    const json signal = Member(step.options, "signal", "TERM");
    return Simple("kill", step, *container,
                  {{"signal", signal.is_string() ? signal.get<std::string>() : signal.dump()}});
  }
  if (step.verb == "delete") {
    const bool force = Member(step.options, "force", false) == true;
    return Simple(force ? "deleteForce" : "delete", step, *container);
  }
  return Simple(step.verb, step, *container);  // pause, resume
}

Result<Interpreter::Done> Interpreter::Simple(const std::string& verb, const Step& step,
                                              Container& container, json more) {
  if (more.is_null()) more = json::object();
  ASSIGN_OR_RETURN(const Call call, driver_->Do(verb, container, more, "", OptionsOf(step)));
  if (call.Success() && verb.starts_with("delete")) container.deleted = true;
  if (call.Success() && (verb == "pause" || verb == "resume")) ObserveHost(container);
  return FromCall(container, call);
}

Result<Interpreter::Done> Interpreter::Create(const Step& step, Container& container) {
  // A second create of the same container must not disturb the streams of the first.
  Container attempt;
  attempt.label = container.label;
  attempt.id = container.id;
  attempt.bundle = container.bundle;
  attempt.config = container.config;
  const std::string number = ++attempts_ == 1 ? "" : std::to_string(attempts_);
  attempt.pid_file = container.pid_file + number;
  if (!container.console_socket.empty()) attempt.console_socket = container.console_socket + number;
  ASSIGN_OR_RETURN(const Call call, driver_->Create(attempt, OptionsOf(step)));
  const Done done = FromCall(container, call);
  NoteAttempt(call, container);
  if (call.Success()) {
    attempt.observed = std::move(container.observed);
    attempt.interrupted = container.interrupted;
    container = std::move(attempt);
    ObserveHost(container);
  }
  return done;
}

Result<Interpreter::Done> Interpreter::Start(const Step& step, Container& container) {
  container.errors.ReadMore();
  const size_t heard = container.errors.bytes.size();
  ASSIGN_OR_RETURN(Call call, driver_->Do("start", container, json::object(), "", OptionsOf(step)));
  if (call.Success()) {
    if (RunsProbe(Member(container.config, "process", json::object()), "observe")) {
      const Deadline deadline = ProbeDeadline();
      Send(container, run_.request.probe, deadline);
      const json answer = Receive(container, deadline);
      if (answer.is_object() && answer.contains("probe"))
        container.observed["probe"] = answer["probe"];
    }
    ObserveHost(container);
  }
  // What the runtime does in the container's process it says on the container's streams.
  container.errors.ReadMore();
  call.errors += container.errors.bytes.substr(heard);
  return FromCall(container, call);
}

// Whatever container it is asked with: the answer is about none.
Result<Interpreter::Done> Interpreter::Features(const Step& step, Container& container) {
  ASSIGN_OR_RETURN(const Call call,
                   driver_->Do("features", container, json::object(), "", OptionsOf(step)));
  Done done = FromCall(container, call);
  if (!call.Success()) return done;
  container.observed["features"][step.as] = ParseForeign(call.output);
  return done;
}

Result<Interpreter::Done> Interpreter::State(const Step& step, Container& container) {
  ASSIGN_OR_RETURN(const Call call,
                   driver_->Do("state", container, json::object(), "", OptionsOf(step)));
  Done done = FromCall(container, call);
  if (!call.Success()) return done;
  answer_["stateAnswers"].push_back(call.output);
  json state = ParseForeign(call.output);
  if (state.is_discarded()) {
    done.success = false;
    done.answered = true;
    done.message = "the answer is no JSON, or nested too deep";
    return done;
  }
  container.observed["state"][step.as] = std::move(state);
  return done;
}

Result<Interpreter::Done> Interpreter::Exec(const Step& step, Container& container) {
  json process = Member(container.config, "process", json::object());
  process["terminal"] = false;
  process["args"] = {kProbeInContainer, "observe"};
  json wrapped = {{"process", process}};
  ASSIGN_OR_RETURN(const json changes, Expand(Member(step.options, "process", json::object()),
                                              {container.Values(paths_, true), false}));
  RETURN_IF_ERROR(MergeConfig(wrapped, {{"process", changes}}));
  const std::string file = paths_.temporary + "/" + container.id + "-" + step.as + ".json";
  RETURN_IF_ERROR(WriteFileAtomically(file, wrapped["process"].dump(2)));
  ASSIGN_OR_RETURN(const Call call, driver_->Do("exec", container, {{"processFile", file}},
                                                run_.request.probe.dump() + "\n"));
  Done done = FromCall(container, call);
  json& observed = container.observed["exec"][step.as];
  observed = {{"exitCode", call.status.code}};
  if (call.no_words) observed["noWords"] = done.message;
  const json document = ParseForeign(call.output.substr(0, call.output.find('\n')));
  if (document.is_object() && document.contains("probe")) observed["probe"] = document["probe"];
  return done;
}

Result<Interpreter::Done> Interpreter::Update(const Step& step, Container& container) {
  const std::string file = paths_.temporary + "/" + container.id + "-" + step.as + ".json";
  RETURN_IF_ERROR(
      WriteFileAtomically(file, Member(step.options, "resources", json::object()).dump(2)));
  ASSIGN_OR_RETURN(const Call call, driver_->Do("update", container, {{"resourcesFile", file}}));
  if (call.Success()) ObserveHost(container);
  return FromCall(container, call);
}

Result<Interpreter::Done> Interpreter::Edit(const Step& step, Container& container) {
  json config = container.config;
  RETURN_IF_ERROR(MergeConfig(config, Member(step.options, "config", json::object())));
  RETURN_IF_ERROR(ApplyPatch(config, Member(step.options, "patch", json::array())));
  RETURN_IF_ERROR(WriteConfigOf(container, config));
  return Done{true};
}

Result<Interpreter::Done> Interpreter::Tell(const Step& step, Container& container) {
  ASSIGN_OR_RETURN(json message, Expand(Member(step.options, "message", json::object()),
                                        {container.Values(paths_, true), true}));
  const json word = Member(message, "tell", "");
  if (word == "observe") {
    json request = run_.request.probe;
    request.update(message);
    message = std::move(request);
  }
  const Deadline deadline = ProbeDeadline();
  Send(container, message, deadline);
  if (word == "exit") return Done{true};
  json answer = Receive(container, deadline);
  if (answer.is_null()) return Done{false, false, "the probe did not answer"};
  container.observed["told"][step.as] = std::move(answer);
  return Done{true};
}

Result<Interpreter::Done> Interpreter::Wait(Container& container) {
  // A terminal has no end of input that the other side could see.
  if (container.console_received) Send(container, {{"tell", "exit"}, {"code", 0}}, ProbeDeadline());
  if (container.ended || WaitForEnd(container, Deadline::After(step_time_))) return Done{true};
  if (!container.pidfd) return Done{false, false, "the pid file named no living process"};
  return Done{false, true, "the container's process did not end"};
}

Result<Interpreter::Done> Interpreter::Together(const Step& step) {
  std::vector<Result<Done>> results(step.steps.size(), Result<Done>(Failure("not done")));
  std::vector<Container> attempts(step.steps.size());
  std::vector<Container*> containers;
  for (size_t i = 0; i < step.steps.size(); ++i) {
    ASSIGN_OR_RETURN(Container* const container, Find(step.steps[i].container));
    containers.push_back(container);
    Container& attempt = attempts[i];
    attempt.label = container->label;
    attempt.id = container->id;
    attempt.bundle = container->bundle;
    attempt.config = container->config;
    attempt.pid_file = container->pid_file + "-" + std::to_string(i);
  }
  std::vector<std::thread> threads;
  for (size_t i = 0; i < step.steps.size(); ++i) {
    threads.emplace_back([&, i] {
      const Step& inner = step.steps[i];
      const std::string signal = Member(inner.options, "signal", "TERM").dump();
      auto call = inner.verb == "create"
                      ? driver_->Create(attempts[i])
                      : driver_->Do(inner.verb, attempts[i],
                                    {{"signal", inner.verb == "kill" && signal.front() == '"'
                                                    ? signal.substr(1, signal.size() - 2)
                                                    : signal}});
      results[i] = call ? Result<Done>(FromCall(attempts[i], *call)) : Result<Done>(call.error());
    });
  }
  for (std::thread& thread : threads) thread.join();
  Done done;
  int succeeded = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    ASSIGN_OR_RETURN(const Done inner, std::move(results[i]));
    done.timed_out = done.timed_out || inner.timed_out;
    done.call["calls"].push_back(inner.call);
    if (step.steps[i].verb == "create") {
      containers[i]->attempted = true;
      containers[i]->interrupted = containers[i]->interrupted || inner.timed_out;
    }
    if (!inner.success) continue;
    ++succeeded;
    if (step.steps[i].verb == "delete") containers[i]->deleted = true;
    if (step.steps[i].verb == "create") {
      attempts[i].observed = std::move(containers[i]->observed);
      *containers[i] = std::move(attempts[i]);
      ObserveHost(*containers[i]);
    }
  }
  done.success = succeeded == step.succeed;
  if (!done.success)
    done.message = std::to_string(succeeded) + " of " + std::to_string(results.size()) +
                   " succeeded, expected " + std::to_string(step.succeed);
  return done;
}

}  // namespace loadline::conformance
