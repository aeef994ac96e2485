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
  std::string id;         // the container's
  bool exec = false;      // a process of exec, not init
};

// How what is seen has to lie to what is expected.
enum class Match { kExact, kAtMost };  // kAtMost: every element seen is among those expected

struct Fact {
  const char* name;   // "bounding-set"
  const char* title;  // "the bounding set is the one of the configuration"
  // Null where the configuration says nothing: then the fact is not judged.
  nlohmann::json (*expected)(const Circumstances&);
  // Null where it cannot be seen from inside.
  nlohmann::json (*seen)(const Circumstances&);
  Match match = Match::kExact;
};

// All facts, in the order of the areas: namespaces, privileges, file system, process, limits.
std::vector<Fact> AllFacts();
std::vector<Fact> NamespaceFacts();
std::vector<Fact> PrivilegeFacts();
std::vector<Fact> FilesystemFacts();
std::vector<Fact> ProcessFacts();
std::vector<Fact> LimitFacts();

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
// An array without an order.
nlohmann::json Sorted(nlohmann::json list);

}  // namespace loadline::conformance::isolation
