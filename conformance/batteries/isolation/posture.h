// SPDX-License-Identifier: Apache-2.0
// Posture: the facts that say how isolated a process is, and what each should be by config.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace loadline::conformance::isolation {

// What a fact is computed from.
struct Circumstances {
  nlohmann::json config;  // as written: what the process of init or of exec was asked for
  nlohmann::json native;  // what the probe observes in the cell, outside any container
  nlohmann::json probe;   // what it observes in the container
  nlohmann::json more;    // what it answered to further questions, by name
  nlohmann::json host;    // what the cell sees of init (from_outside.h); of exec: null
  nlohmann::json init;    // of exec: what the probe observed in init
  std::string id;         // the container's
  bool exec = false;      // a process of exec, not init
};

// How what is seen has to lie to what is expected.
enum class Match { kExact, kAtMost };  // kAtMost: every element seen is among those expected
// Whose process a fact is about.
enum class Whose { kBoth, kInit, kExec };

struct Fact {
  const char* name;   // "bounding-set"
  const char* title;  // "the bounding set is the one of the configuration"
  // Null where the configuration says nothing: then the fact is not judged.
  nlohmann::json (*expected)(const Circumstances&);
  // Null where it cannot be seen from inside.
  nlohmann::json (*seen)(const Circumstances&);
  Match match = Match::kExact;
  Whose whose = Whose::kBoth;
  const char* also = nullptr;  // another requirement that it judges

  bool IsAbout(bool exec) const { return whose == Whose::kBoth || (whose == Whose::kExec) == exec; }
};

// All facts, in the order of the areas.
std::vector<Fact> AllFacts();
std::vector<Fact> NamespaceFacts();
std::vector<Fact> ReachFacts();
std::vector<Fact> PrivilegeFacts();
std::vector<Fact> FilterFacts();
std::vector<Fact> CallFacts();
std::vector<Fact> MountFacts();
std::vector<Fact> FilesystemFacts();
std::vector<Fact> DeviceFacts();
std::vector<Fact> ProcessFacts();
std::vector<Fact> LimitFacts();
std::vector<Fact> HostFacts();
std::vector<Fact> SamenessFacts();

struct Comparison {
  bool judged = false;  // the configuration says something
  bool visible = true;  // and it could be seen
  bool holds = true;
  nlohmann::json expected;
  nlohmann::json seen;
};
Comparison CompareFact(const Fact& fact, const Circumstances& circumstances);

// A member by JSON pointer; null when it is not there.
nlohmann::json At(const nlohmann::json& document, const char* pointer);
nlohmann::json Or(nlohmann::json value, nlohmann::json fallback);
// An array without an order.
nlohmann::json Sorted(nlohmann::json list);
bool Contains(const nlohmann::json& list, const nlohmann::json& element);

// The names of members that are not the same in two objects, or in all of a list.
nlohmann::json Differences(const nlohmann::json& one, const nlohmann::json& other);
nlohmann::json DifferencesAmong(const nlohmann::json& list);

// Whether the configuration names a namespace of this type.
bool HasNamespace(const Circumstances& c, const std::string& type);
// What was seen of a path that was asked for; an empty object when nothing was.
nlohmann::json SeenAt(const Circumstances& c, const std::string& path);

// What a facts's expectation is computed with, beyond config.json itself.
// The sets of capabilities that a process has once it runs its program: by the rules of execve(),
// from the sets of the configuration. Null when it has none.
nlohmann::json CapabilitiesOfPayload(const Circumstances& c);
// What the filter of the configuration answers to a system call: "allowed", the name of an errno,
// or SIGSYS; null when that depends on arguments or on somebody who is asked.
nlohmann::json FilteredAnswer(const nlohmann::json& config, const std::string& call);

// System calls and attempts that facts are about, for the question (serve.h).
nlohmann::json FilterCalls();
nlohmann::json ImpliedCalls();
nlohmann::json ImpliedAttempts();

}  // namespace loadline::conformance::isolation
