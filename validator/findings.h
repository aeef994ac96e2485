// SPDX-License-Identifier: Apache-2.0
// Findings: what is found in one subject, document by document and rule by rule.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model.h"
#include "validator/json/document.h"
#include "validator/rules/rule.h"

namespace loadline::validator {

// One document of a subject.
struct DocumentInput {
  std::string file;  // as findings name it
  const Document& document;
  SubjectType type;
  std::string bundle;  // directory of the bundle; empty when only a document is judged
};

// One subject and what was found in it.
struct Judgement {
  reports::Subject subject;
  std::vector<reports::CheckResult> findings;
  int rules_passed = 0;  // schemas and rules that found nothing
};

// `spec` replaces the version that documents declare; empty: it does not.
class Findings {
 public:
  Findings(std::string subject, std::string spec)
      : subject_(std::move(subject)), spec_(std::move(spec)) {}

  // Judges one document: its text, its schema and the rules on its kind. Findings of one document
  // are sorted by position.
  void JudgeDocument(const DocumentInput& input);
  // What the walk of a subject found, by the id of its rule.
  void Report(std::string_view rule, reports::Location where, std::string message,
              std::string hint = "");
  // The same at a place of a document.
  void ReportAt(std::string_view rule, const std::string& file, const Document& document,
                const std::string& pointer, const std::string& message, std::string hint = "");
  // Counts the walk's rules on this kind of subject that found nothing.
  void CountSilentRules(SubjectType type);
  // The version by which a subject of this kind is judged; `document` may be nullptr.
  schema::SpecVersion VersionFor(SubjectType type, const Document* document) const;

  // The verdict is the worst of what was found.
  Judgement Finish(reports::Subject subject) &&;

 private:
  void JudgeText(const DocumentInput& input);
  void JudgeSchema(const DocumentInput& input);
  void JudgeRule(const Rule& rule, const RuleInput& input, const DocumentInput& document);
  reports::CheckResult& Add(std::string id, std::string title, schema::Level level,
                            reports::Location where, const std::string& message, std::string hint);

  std::string subject_;
  std::string spec_;
  std::vector<reports::CheckResult> findings_;
  std::set<std::string, std::less<>> reported_;  // ids of the walk's rules
  std::vector<std::string> malformed_;           // pointers into the document that is being judged
  int passed_ = 0;
};

// Reports at places of one document, which all have to outlive it.
class DocumentReporter : public RuleReporter {
 public:
  DocumentReporter(Findings& findings, const std::string& file, const Document& document)
      : findings_(findings), file_(file), document_(document) {}
  void Report(std::string_view rule, const std::string& pointer, const std::string& message,
              const std::string& hint) override {
    findings_.ReportAt(rule, file_, document_, pointer, message, hint);
  }

 private:
  Findings& findings_;
  const std::string& file_;
  const Document& document_;
};

}  // namespace loadline::validator
