// SPDX-License-Identifier: Apache-2.0
#include "validator/findings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "schema/schema_set.h"
#include "validator/rules/access.h"
#include "validator/schema_requirements.h"

namespace loadline::validator {
namespace {

using reports::CheckResult;
using reports::Location;
using reports::Verdict;
using schema::Level;

// Those of the ids that hold in a version. An older version than the ledger knows is judged like
// the oldest.
template <class Ids>
std::vector<std::string> ThatHold(const Ids& ids, const schema::SpecVersion& version) {
  std::vector<std::string> held;
  for (const std::string_view id : ids) {
    const schema::Requirement* requirement = schema::FindRequirement(id);
    if (requirement == nullptr) continue;
    const auto& oldest = schema::VersionsOf(id.substr(0, id.find('/'))).front();
    if (requirement->HoldsIn(version < oldest ? oldest : version)) held.emplace_back(id);
  }
  return held;
}

Location PlaceIn(const std::string& file, const Document& document, const std::string& pointer) {
  const Position position = document.ValueAt(pointer);
  return {file, position.line, position.column, pointer};
}

std::string WithPointer(const std::string& pointer, const std::string& message) {
  return pointer.empty() ? message : pointer + ": " + message;
}

struct Collector : Reporter {
  void Report(std::string pointer, std::string message, std::string hint) override {
    found.push_back({std::move(pointer), std::move(message), std::move(hint)});
  }
  struct Found {
    std::string pointer, message, hint;
  };
  std::vector<Found> found;
};

bool IsAtOrBelow(const std::string& pointer, const std::string& other) {
  return pointer == other ||
         (!other.empty() && pointer.starts_with(other) && pointer[other.size()] == '/');
}

// The areas by kind of document, so that ten thousand documents do not look for them.
const std::vector<const Rule*>& RulesOn(SubjectType type) {
  static const std::vector<std::vector<const Rule*>> by_type = [] {
    static const std::vector<RuleArea> areas = RuleAreas();
    std::vector<std::vector<const Rule*>> rules(SubjectKinds().size());
    for (const SubjectKind& kind : SubjectKinds()) {
      for (const RuleArea& area : areas) {
        if (!area.Judges(kind.type)) continue;
        for (const Rule& rule : area.rules) rules[static_cast<size_t>(kind.type)].push_back(&rule);
      }
    }
    return rules;
  }();
  return by_type[static_cast<size_t>(type)];
}

}  // namespace

void Findings::JudgeDocument(const DocumentInput& input) {
  const size_t before = findings_.size();
  malformed_.clear();
  JudgeText(input);
  if (input.document.root() != nullptr) {
    JudgeSchema(input);
    const schema::SpecVersion version = VersionFor(input.type, &input.document);
    const RuleInput rule_input{*input.document.root(), input.type, version, input.bundle};
    for (const Rule* rule : RulesOn(input.type)) {
      if (rule->check != nullptr) JudgeRule(*rule, rule_input, input);
    }
  }
  std::stable_sort(findings_.begin() + static_cast<ptrdiff_t>(before), findings_.end(),
                   [](const CheckResult& a, const CheckResult& b) {
                     return std::pair(a.location->line, a.location->column) <
                            std::pair(b.location->line, b.location->column);
                   });
}

void Findings::JudgeText(const DocumentInput& input) {
  for (const TextProblem& problem : input.document.problems()) {
    const Rule* rule = FindRule(problem.rule);
    CheckResult& finding =
        Add(problem.rule, std::string(rule->title), rule->level,
            {input.file, problem.position.line, problem.position.column, problem.pointer},
            WithPointer(problem.pointer, problem.message), problem.hint);
    const schema::SpecVersion version = VersionFor(input.type, &input.document);
    for (std::string& id : ThatHold(rule->requirements, version)) {
      if (id.starts_with(std::string(KindOf(input.type).standard) + "/"))
        finding.requirements.push_back(std::move(id));
    }
  }
  passed_ += input.document.problems().empty() ? 1 : 0;
}

void Findings::JudgeSchema(const DocumentInput& input) {
  const std::string schema(KindOf(input.type).schema);
  auto errors = schema::CheckSchema(schema, *input.document.root());
  const std::string id = SchemaRule(schema);
  if (!errors.has_value()) {
    Add(id, "the schema can be used", Level::kMust, {input.file, 1, 1, ""}, errors.error().ToLine(),
        "this is a defect of loadline: please report it")
        .verdict = Verdict::kError;
    return;
  }
  for (const schema::SchemaError& error : *errors) {
    Add(id, "the document has the form that the standard gives it", Level::kMust,
        PlaceIn(input.file, input.document, error.pointer),
        WithPointer(error.pointer, error.message), "")
        .requirements = ThatHold(RequirementsOfSchemaError(schema, error.pointer, error.message),
                                 VersionFor(input.type, &input.document));
    malformed_.push_back(error.pointer);
  }
  passed_ += errors->empty() ? 1 : 0;
}

void Findings::JudgeRule(const Rule& rule, const RuleInput& input, const DocumentInput& document) {
  Collector collector;
  rule.check(input, collector);
  if (collector.found.empty()) {
    ++passed_;
    return;
  }
  const std::vector<std::string> held = ThatHold(rule.requirements, input.version);
  // What another version alone demands is no fault in this one.
  if (held.empty() && !rule.requirements.empty()) return;
  bool silent = true;
  for (const Collector::Found& found : collector.found) {
    const bool said_by_schema =
        std::any_of(malformed_.begin(), malformed_.end(),
                    [&](const std::string& other) { return IsAtOrBelow(found.pointer, other); });
    if (said_by_schema) continue;
    silent = false;
    Add(std::string(rule.id), std::string(rule.title), rule.level,
        PlaceIn(document.file, document.document, found.pointer),
        WithPointer(found.pointer, found.message), found.hint)
        .requirements = held;
  }
  passed_ += silent ? 1 : 0;
}

void Findings::Report(std::string_view id, Location where, std::string message, std::string hint) {
  const Rule* rule = FindRule(id);
  std::vector<std::string> held;
  if (!rule->requirements.empty()) {
    const std::string_view first = rule->requirements[0];
    const auto wanted = schema::SpecVersion::Parse(spec_);
    held = ThatHold(
        rule->requirements,
        wanted.has_value() ? *wanted : schema::NewestRelease(first.substr(0, first.find('/'))));
    if (held.empty()) return;  // another version alone demands it
  }
  reported_.emplace(id);
  Add(std::string(id), std::string(rule->title), rule->level, std::move(where), message,
      std::move(hint))
      .requirements = std::move(held);
}

void Findings::ReportAt(std::string_view rule, const std::string& file, const Document& document,
                        const std::string& pointer, const std::string& message, std::string hint) {
  Report(rule, PlaceIn(file, document, pointer), WithPointer(pointer, message), std::move(hint));
}

void Findings::CountSilentRules(SubjectType type) {
  for (const Rule* rule : RulesOn(type))
    passed_ += rule->check == nullptr && !reported_.contains(rule->id) ? 1 : 0;
}

schema::SpecVersion Findings::VersionFor(SubjectType type, const Document* document) const {
  const SubjectKind& kind = KindOf(type);
  const schema::SpecVersion& newest = schema::NewestRelease(kind.standard);
  if (!spec_.empty()) return schema::SpecVersion::Parse(spec_).value_or(newest);
  if (kind.version.empty() || document == nullptr || document->root() == nullptr) return newest;
  const auto declared = StringAt(*document->root(), kind.version);
  auto version = schema::SpecVersion::Parse(declared.value_or(""));
  if (!version.has_value()) return newest;
  // What was written for a pre-release is judged by the release that came of it.
  version->prerelease.clear();
  return *version;
}

Judgement Findings::Finish(reports::Subject subject) && {
  for (const CheckResult& finding : findings_) {
    if (finding.verdict == Verdict::kError ||
        (finding.verdict == Verdict::kFail && subject.verdict != Verdict::kError))
      subject.verdict = finding.verdict;
  }
  return {std::move(subject), std::move(findings_), passed_};
}

CheckResult& Findings::Add(std::string id, std::string title, Level level, Location where,
                           const std::string& message, std::string hint) {
  CheckResult& finding = findings_.emplace_back();
  finding.id = std::move(id);
  finding.title = std::move(title);
  finding.level = level;
  finding.verdict = level == Level::kMust ? Verdict::kFail : Verdict::kWarn;
  finding.subject = subject_;
  finding.message = message;
  finding.hint = std::move(hint);
  finding.location = std::move(where);
  return finding;
}

}  // namespace loadline::validator
