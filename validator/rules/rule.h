// SPDX-License-Identifier: Apache-2.0
// Rule: one static check that no schema can say. A file rules/areas/<area>.cc defines `RuleArea
// <Area>Rules()` and is found by its name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ledger.h"
#include "schema/spec_version.h"

namespace loadline::validator {

enum class SubjectType { kBundle, kConfig, kState, kFeatures };
std::string_view ToText(SubjectType type);

// What a rule looks at.
struct RuleInput {
  const nlohmann::json& config;  // the document; a rule must not assume that it matches its schema
  SubjectType type;
  const schema::SpecVersion&
      version;         // that the document declares; the newest known when it declares none
  std::string bundle;  // directory of the bundle; empty when only a document is judged
};

// Where a rule says what it found. `pointer` names the value; a missing property names the object
// that lacks it.
class Reporter {
 public:
  virtual void Report(std::string pointer, std::string message, std::string hint) = 0;

 protected:
  ~Reporter() = default;
};

struct Rule {
  std::string_view id;     // "config/mounts/destination-absolute"
  std::string_view title;  // what holds when all is well, one line
  schema::Level level;     // of the requirements; rules of our own advice are SHOULD
  std::span<const std::string_view> requirements;  // ledger ids; empty for advice of our own
  void (*check)(const RuleInput& input, Reporter& reporter);
};

struct RuleArea {
  SubjectType document;  // kConfig rules also judge bundles; kBundle rules need the bundle's files
  std::span<const Rule> rules;
};

// Every area, in the order of its file names (generated).
std::vector<RuleArea> RuleAreas();
// Every rule of every area.
std::vector<Rule> AllRules();

}  // namespace loadline::validator
