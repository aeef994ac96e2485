// SPDX-License-Identifier: Apache-2.0
// That what holds of one process or thread holds of the others of the container.
#include <set>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// What may differ between init and a process of exec with the same configuration.
const std::set<std::string> kMayDiffer = {
    // It is another process, which was told something else.
    "args", "ioPriorityOfGroup", "pgid", "pid", "ppid", "processes", "sid",
    // Its streams are its own; and it has no terminal.
    "fds", "stdio", "terminal",
    // Facts of their own: HOME, what it did not start, and whose keyring it has.
    "children", "environ", "sessionKeyring",
    // Time passes.
    "time",
    // Why something above cannot be seen.
    "unavailable"};

// Whoever has no terminal cannot open it.
json WithoutTty(json observation) {
  if (observation.contains("paths")) {
    for (const char* path : {"/dev/tty", "/dev/console"}) observation["paths"].erase(path);
  }
  return observation;
}

}  // namespace

json Differences(const json& one, const json& other) {
  json names = json::array();
  for (const json* document : {&one, &other}) {
    for (const auto& member : document->items()) {
      if (Contains(names, member.key())) continue;
      if (one.value(member.key(), json()) != other.value(member.key(), json()))
        names.push_back(member.key());
    }
  }
  return Sorted(names);
}

json DifferencesAmong(const json& list) {
  json names = json::array();
  for (const json& one : list) {
    for (const json& name : Differences(list[0], one)) {
      if (!Contains(names, name)) names.push_back(name);
    }
  }
  return Sorted(names);
}

std::vector<Fact> SamenessFacts() {
  return {
      {"threads", "all threads of the process have the same ids, rights and namespaces",
       [](const Circumstances& c) {
         return At(c.more, "/threads").is_null() ? json() : json::array();
       },
       [](const Circumstances& c) {
         const json threads = At(c.more, "/threads/threads");
         if (!threads.is_array() || threads.size() < 2) return json();
         return DifferencesAmong(threads);
       }},
      {"exec-like-init", "a process of exec is what init is, but for what is its own",
       [](const Circumstances& c) { return c.exec && c.init.is_object() ? json::array() : json(); },
       [](const Circumstances& c) {
         json beyond = json::array();
         for (const json& name : Differences(WithoutTty(c.init), WithoutTty(c.probe))) {
           if (!kMayDiffer.contains(name.get<std::string>())) beyond.push_back(name);
         }
         return beyond;
       },
       Match::kExact, Whose::kExec},
  };
}

}  // namespace loadline::conformance::isolation
