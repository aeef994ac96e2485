// SPDX-License-Identifier: Apache-2.0
// What is seen of init from outside: what the runtime says of it, its groups, and its threads.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// The groups by controller, those that the configuration names a path for.
json Groups(const Circumstances& c, bool expected) {
  const json seen = At(c.host, "/groups");
  if (At(c.config, "/linux/cgroupsPath").is_null() || seen.is_null() || seen.empty())
    return nullptr;
  json paths = json::object();
  for (const auto& group : seen.items())
    paths[group.key()] = expected ? json("/" + c.id) : group.value().at("path");
  return paths;
}

// Who owns the groups and the files by which processes enter them: whoever calls the runtime.
json Owners(const Circumstances& c, bool expected) {
  const json seen = At(c.host, "/groups");
  if (At(c.config, "/linux/cgroupsPath").is_null() || seen.is_null()) return nullptr;
  json owners = json::object();
  for (const auto& group : seen.items()) {
    // Of v2 the standard hands a group to the container in some cases.
    if (group.key() != "unified")
      owners[group.key()] = expected ? At(c.host, "/caller") : group.value().at("owner");
  }
  return owners.empty() ? json() : owners;
}

}  // namespace

std::vector<Fact> HostFacts() {
  return {
      {"state", "what `state` says of the container is so",
       [](const Circumstances& c) {
         json state = {{"id", c.id},
                       {"status", "running"},
                       {"pid", At(c.host, "/pid")},
                       {"bundle", At(c.host, "/bundle")}};
         const json annotations = At(c.config, "/annotations");
         if (!annotations.is_null() && !annotations.empty()) state["annotations"] = annotations;
         return state;
       },
       [](const Circumstances& c) {
         const json said = At(c.host, "/state");
         if (!said.is_object()) return json();
         json state = json::object();
         for (const char* member : {"id", "status", "pid", "bundle", "annotations"}) {
           const json configured = At(c.config, "/annotations");
           const bool none = configured.is_null() || configured.empty();
           if (std::string_view(member) == "annotations" && none) continue;
           state[member] = said.value(member, json());
         }
         return state;
       },
       Match::kExact, Whose::kInit},
      {"namespaces-from-outside", "the process that the runtime names is the one in the container",
       [](const Circumstances& c) { return At(c.host, "/namespaces"); },
       [](const Circumstances& c) {
         const json inside = At(c.probe, "/namespaces");
         if (inside.is_null()) return json();
         json seen = json::object();
         const json outside = At(c.host, "/namespaces");
         for (const auto& member : outside.items())
           seen[member.key()] = inside.value(member.key(), json());
         return seen;
       },
       Match::kExact, Whose::kInit},
      {"group-paths", "the process is in the configured control group of every hierarchy",
       [](const Circumstances& c) { return Groups(c, true); },
       [](const Circumstances& c) { return Groups(c, false); }, Match::kExact, Whose::kInit},
      {"group-owners", "the control groups belong to whoever calls the runtime",
       [](const Circumstances& c) { return Owners(c, true); },
       [](const Circumstances& c) { return Owners(c, false); }, Match::kExact, Whose::kInit},
      {"threads-from-outside", "seen from outside, all threads of the container are alike",
       [](const Circumstances& c) {
         return At(c.host, "/threads").is_null() ? json() : json::array();
       },
       [](const Circumstances& c) { return At(c.host, "/threads/differences"); }, Match::kExact,
       Whose::kInit},
      {"threads-that-wait", "all threads of the process that waits for start are in its namespaces",
       [](const Circumstances& c) {
         return At(c.host, "/waitingThreads").is_null() ? json() : json::array();
       },
       [](const Circumstances& c) { return At(c.host, "/waitingThreads/namespaces"); },
       Match::kExact, Whose::kInit},
  };
}

}  // namespace loadline::conformance::isolation
