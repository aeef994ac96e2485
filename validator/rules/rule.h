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
#include "validator/subject/kind.h"

namespace loadline::validator {

// What a rule looks at.
struct RuleInput {
  const nlohmann::json& config;  // the document; a rule must not assume that it matches its schema
  SubjectType type;
  // That the document declares, or that was asked for; else the newest release of its standard.
  const schema::SpecVersion& version;
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

// The same for what several documents are compared for: each finding names its rule.
class RuleReporter {
 public:
  virtual void Report(std::string_view rule, const std::string& pointer, const std::string& message,
                      const std::string& hint) = 0;

 protected:
  ~RuleReporter() = default;
};

struct Rule {
  std::string_view id;     // "config/mounts/destination-absolute"
  std::string_view title;  // what holds when all is well, one line
  schema::Level level;     // of the requirements; advice of our own is SHOULD, a mere note MAY
  std::span<const std::string_view> requirements;  // ledger ids; empty for advice of our own
  // nullptr: what the rule is about is no single document, and the walk of its subject (image/,
  // appc/) reports it by its id.
  void (*check)(const RuleInput& input, Reporter& reporter);
};

struct RuleArea {
  RuleArea(SubjectType document, std::span<const Rule> its_rules)
      : documents{document}, rules(its_rules) {}
  RuleArea(std::vector<SubjectType> its_documents, std::span<const Rule> its_rules)
      : documents(std::move(its_documents)), rules(its_rules) {}
  // Whether its rules judge a document of this type: kConfig rules also judge bundles, and kBundle
  // rules need the bundle's files.
  bool Judges(SubjectType type) const;

  std::vector<SubjectType> documents;
  std::span<const Rule> rules;
};

// Every area, in the order of its file names (generated).
std::vector<RuleArea> RuleAreas();
// Every rule of every area.
std::vector<Rule> AllRules();
// nullptr when there is none.
const Rule* FindRule(std::string_view id);

}  // namespace loadline::validator
