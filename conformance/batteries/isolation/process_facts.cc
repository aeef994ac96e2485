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
      {"no-terminal", "without a terminal in the configuration there is none",
       [](const Circumstances& c) {
         const json terminal = At(c.config, "/process/terminal");
         return terminal == true ? json() : json(false);
       },
       [](const Circumstances& c) {
         const json terminal = At(c.probe, "/terminal");
         if (terminal.is_null()) return json();
         return json(terminal["controlling"] == true || terminal["stdin"] == true ||
                     terminal["stdout"] == true || terminal["stderr"] == true);
       }},
      {"arguments", "the arguments are those of the configuration",
       [](const Circumstances& c) { return At(c.config, "/process/args"); },
       [](const Circumstances& c) { return At(c.probe, "/args"); }},
      {"environment",
       "the environment is the one of the configuration, and nothing of the caller's",
       [](const Circumstances& c) {
         json variables = json::object();
         for (const std::string variable : At(c.config, "/process/env")) {
           const size_t equals = variable.find('=');
           variables[variable.substr(0, equals)] = variable.substr(equals + 1);
         }
         return WithoutHome(variables);
       },
       [](const Circumstances& c) { return WithoutHome(At(c.probe, "/environ")); }},
      {"working-directory", "the working directory is the one of the configuration",
       [](const Circumstances& c) { return At(c.config, "/process/cwd"); },
       [](const Circumstances& c) { return At(c.probe, "/cwd"); }},
      {"session", "the process leads a session of its own",
       [](const Circumstances& c) {
         return At(c.config, "/linux/seccomp").is_null() ? json(true) : json();
       },
       [](const Circumstances& c) {
         return json(c.probe.value("sid", 0) == c.probe.value("pid", -1));
       }},
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
