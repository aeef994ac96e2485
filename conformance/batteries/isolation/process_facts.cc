// SPDX-License-Identifier: Apache-2.0
// How the process was started, and what it inherited.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// HOME is what runtimes add where it is missing; everything else is the configuration's alone.
json WithoutHome(json environment) {
  if (environment.is_object()) environment.erase("HOME");
  return environment;
}

// The last of several values counts, as for whoever looks a variable up.
json Variables(const Circumstances& c) {
  json variables = json::object();
  for (const std::string variable : At(c.config, "/process/env")) {
    const size_t equals = variable.find('=');
    variables[variable.substr(0, equals)] =
        equals == std::string::npos ? "" : variable.substr(equals + 1);
  }
  return variables;
}

json ListenVariables(const json& variables) {
  json names = json::array();
  for (const auto& variable : variables.items()) {
    if (variable.key().starts_with("LISTEN_")) names.push_back(variable.key());
  }
  return names;
}

// Whether a system call that a fact needs is there to be made.
bool IsAllowed(const Circumstances& c, const char* call) {
  return FilteredAnswer(c.config, call) == "allowed";
}

}  // namespace

std::vector<Fact> ProcessFacts() {
  return {
      {"descriptors", "three descriptors are open and no other",
       [](const Circumstances&) {
         return json({"0", "1", "2"});
       },
       [](const Circumstances& c) {
         const json fds = At(c.probe, "/fds");
         if (fds.is_null()) return json();
         json numbers = json::array();
         for (const auto& fd : fds.items()) numbers.push_back(fd.key());
         return numbers;
       }},
      {"no-terminal", "there is a terminal if and only if the configuration says so",
       [](const Circumstances& c) {
         const bool wanted = At(c.config, "/process/terminal") == true;
         return json{
             {"controlling", wanted}, {"stdin", wanted}, {"stdout", wanted}, {"stderr", wanted}};
       },
       [](const Circumstances& c) {
         json terminal = At(c.probe, "/terminal");
         if (terminal.is_null()) return json();
         for (const char* size : {"rows", "columns"}) terminal.erase(size);
         return terminal;
       }},
      {"standard-streams", "the standard streams are the caller's pipes, or all the terminal",
       [](const Circumstances& c) {
         const char* kind = At(c.config, "/process/terminal") == true ? "terminal" : "pipe";
         return json{kind, kind, kind};
       },
       [](const Circumstances& c) { return At(c.probe, "/stdio"); }},
      {"home", "HOME is the one of the configuration, or of the container, and not the caller's",
       [](const Circumstances& c) {
         const json variables = Variables(c);
         if (variables.contains("HOME")) return json{variables["HOME"]};
         return json{"/", "/root", "/tmp"};
       },
       [](const Circumstances& c) {
         const json environment = At(c.probe, "/environ");
         if (environment.is_null()) return json();
         return environment.contains("HOME") ? json{environment["HOME"]} : json::array();
       },
       Match::kAtMost},
      {"listen-variables", "nobody is told of sockets that were not handed over",
       [](const Circumstances& c) { return ListenVariables(Variables(c)); },
       [](const Circumstances& c) {
         const json environment = At(c.probe, "/environ");
         return environment.is_null() ? json() : ListenVariables(environment);
       },
       Match::kAtMost},
      {"arguments", "the arguments are those of the configuration",
       [](const Circumstances& c) { return At(c.config, "/process/args"); },
       [](const Circumstances& c) { return At(c.probe, "/args"); }},
      {"environment",
       "the environment is the one of the configuration, and nothing of the caller's",
       [](const Circumstances& c) { return WithoutHome(Variables(c)); },
       [](const Circumstances& c) { return WithoutHome(At(c.probe, "/environ")); }},
      {"working-directory", "the working directory is the one of the configuration",
       [](const Circumstances& c) { return At(c.config, "/process/cwd"); },
       [](const Circumstances& c) { return At(c.probe, "/cwd"); }},
      {"session", "the process leads a session of its own",
       [](const Circumstances& c) { return IsAllowed(c, "getsid") ? json(true) : json(); },
       [](const Circumstances& c) {
         return json(c.probe.value("sid", 0) == c.probe.value("pid", -1));
       }},
      {"process-group", "the process leads a process group of its own",
       [](const Circumstances& c) { return IsAllowed(c, "getpgrp") ? json(true) : json(); },
       [](const Circumstances& c) {
         return json(c.probe.value("pgid", 0) == c.probe.value("pid", -1));
       }},
      {"parent", "in a new pid namespace the process has no parent",
       [](const Circumstances& c) {
         const bool known = HasNamespace(c, "pid") && IsAllowed(c, "getppid");
         return known ? json(0) : json();
       },
       [](const Circumstances& c) { return At(c.probe, "/ppid"); }},
      {"no-children", "the process has no children that it did not start",
       [](const Circumstances&) { return json::array(); },
       [](const Circumstances& c) { return At(c.probe, "/children"); }},
      {"signals-not-blocked", "no signal is blocked",
       [](const Circumstances&) { return json::array(); },
       [](const Circumstances& c) { return At(c.probe, "/signalsAtStart/blocked"); }},
      {"signals-not-ignored", "no signal is ignored",
       [](const Circumstances&) { return json::array(); },
       [](const Circumstances& c) { return At(c.probe, "/signalsAtStart/ignored"); }},
      {"parent-death-signal", "the process does not end with whoever started it",
       [](const Circumstances&) { return json(0); },
       [](const Circumstances& c) { return At(c.probe, "/parentDeathSignal"); }},
      {"no-subreaper", "orphans are not drawn to the process",
       [](const Circumstances&) { return json(false); },
       [](const Circumstances& c) { return At(c.probe, "/subreaper"); }},
      {"one-thread", "the process has one thread", [](const Circumstances&) { return json(1); },
       [](const Circumstances& c) { return At(c.probe, "/threads"); }},
      {"timer-slack", "the timer slack is the caller's",
       [](const Circumstances& c) { return At(c.native, "/timerSlack"); },
       [](const Circumstances& c) { return At(c.probe, "/timerSlack"); }},
      {"huge-pages", "transparent huge pages are as the caller has them",
       [](const Circumstances& c) { return At(c.native, "/hugePagesDisabled"); },
       [](const Circumstances& c) { return At(c.probe, "/hugePagesDisabled"); }},
  };
}

}  // namespace loadline::conformance::isolation
