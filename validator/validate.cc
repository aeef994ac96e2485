// SPDX-License-Identifier: Apache-2.0
#include "validator/validate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "schema/schema_set.h"
#include "validator/json/document.h"
#include "validator/schema_requirements.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

using reports::CheckResult;
using reports::Verdict;

std::string SchemaPath(SubjectType type) {
  const SubjectType document = type == SubjectType::kBundle ? SubjectType::kConfig : type;
  return "oci-runtime/" + std::string(ToText(document)) + ".json";
}

// Those of the ids that hold in a version. An older version than the ledger knows is judged like
// the oldest.
std::vector<std::string> ThatHold(std::span<const std::string_view> ids,
                                  const schema::SpecVersion& version) {
  const schema::SpecVersion& oldest = schema::VersionsOf("oci-runtime").front();
  std::vector<std::string> held;
  for (const std::string_view id : ids) {
    const schema::Requirement* requirement = schema::FindRequirement(id);
    if (requirement != nullptr && requirement->HoldsIn(version < oldest ? oldest : version))
      held.emplace_back(id);
  }
  return held;
}

// Judges one document and keeps what was found.
class Judge {
 public:
  Judge(std::string name, std::string file, const Document& document)
      : name_(std::move(name)), file_(std::move(file)), document_(document) {}

  void JudgeText() {
    for (const TextProblem& problem : document_.problems()) {
      CheckResult finding = Finding(problem.rule, "the text is strict JSON", schema::Level::kMust,
                                    problem.pointer, problem.message, problem.hint);
      finding.location->line = problem.position.line;
      finding.location->column = problem.position.column;
      findings_.push_back(std::move(finding));
    }
    passed_ += document_.problems().empty() ? 1 : 0;
  }

  void JudgeSchema(SubjectType type) {
    const std::string path = SchemaPath(type);
    auto errors = schema::CheckSchema(path, *document_.root());
    const std::string id =
        "schema/" + path.substr(path.find('/') + 1, path.rfind('.') - path.find('/') - 1);
    if (!errors.has_value()) {
      CheckResult defect =
          Finding(id, "the schema can be used", schema::Level::kMust, "", errors.error().ToLine(),
                  "this is a defect of loadline: please report it");
      defect.verdict = Verdict::kError;
      findings_.push_back(std::move(defect));
      return;
    }
    for (const schema::SchemaError& error : *errors) {
      CheckResult finding = Finding(id, "the document has the form that the standard gives it",
                                    schema::Level::kMust, error.pointer, error.message, "");
      finding.requirements = RequirementsOfSchemaError(type, error.pointer, error.message);
      findings_.push_back(std::move(finding));
      malformed_.push_back(error.pointer);
    }
    passed_ += errors->empty() ? 1 : 0;
  }

  void JudgeRules(const RuleInput& input) {
    for (const RuleArea& area : RuleAreas()) {
      const bool applies = area.document == input.type || (area.document == SubjectType::kConfig &&
                                                           input.type == SubjectType::kBundle);
      if (!applies) continue;
      for (const Rule& rule : area.rules) JudgeRule(rule, input);
    }
  }

  Judgement Finish(reports::Subject subject) && {
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const CheckResult& a, const CheckResult& b) {
                       return std::pair(a.location->line, a.location->column) <
                              std::pair(b.location->line, b.location->column);
                     });
    for (const CheckResult& finding : findings_) {
      if (finding.verdict == Verdict::kFail || finding.verdict == Verdict::kError)
        subject.verdict = finding.verdict;
    }
    return {std::move(subject), std::move(findings_), passed_};
  }

 private:
  struct Collector : Reporter {
    void Report(std::string pointer, std::string message, std::string hint) override {
      found.push_back({std::move(pointer), std::move(message), std::move(hint)});
    }
    struct Found {
      std::string pointer, message, hint;
    };
    std::vector<Found> found;
  };

  void JudgeRule(const Rule& rule, const RuleInput& input) {
    Collector collector;
    rule.check(input, collector);
    bool silent = true;
    for (const Collector::Found& found : collector.found) {
      if (IsMalformed(found.pointer)) continue;  // the schema has said so
      silent = false;
      CheckResult finding = Finding(std::string(rule.id), std::string(rule.title), rule.level,
                                    found.pointer, found.message, found.hint);
      finding.requirements = ThatHold(rule.requirements, input.version);
      findings_.push_back(std::move(finding));
    }
    passed_ += silent ? 1 : 0;
  }

  bool IsMalformed(const std::string& pointer) const {
    return std::any_of(malformed_.begin(), malformed_.end(), [&](const std::string& other) {
      return pointer == other ||
             (pointer.starts_with(other) && pointer[other.size()] == '/' && !other.empty());
    });
  }

  CheckResult Finding(std::string id, std::string title, schema::Level level,
                      const std::string& pointer, const std::string& message,
                      const std::string& hint) const {
    const Position position = document_.ValueAt(pointer);
    CheckResult finding;
    finding.id = std::move(id);
    finding.title = std::move(title);
    finding.level = level;
    finding.verdict = level == schema::Level::kMust ? Verdict::kFail : Verdict::kWarn;
    finding.subject = name_;
    finding.message = (pointer.empty() ? "" : pointer + ": ") + message;
    finding.hint = hint;
    finding.location = reports::Location{file_, position.line, position.column, pointer};
    return finding;
  }

  std::string name_;
  std::string file_;
  const Document& document_;
  std::vector<CheckResult> findings_;
  std::vector<std::string> malformed_;
  int passed_ = 0;
};

schema::SpecVersion VersionOf(const nlohmann::json& root, SubjectType type,
                              const std::string& wanted) {
  const auto newest = schema::VersionsOf("oci-runtime").back();
  if (!wanted.empty()) return schema::SpecVersion::Parse(wanted).value_or(newest);
  const char* key = type == SubjectType::kFeatures ? "ociVersionMax" : "ociVersion";
  const auto declared = root.is_object() ? root.find(key) : root.end();
  if (!root.is_object() || declared == root.end() || !declared->is_string()) return newest;
  return schema::SpecVersion::Parse(declared->get<std::string>()).value_or(newest);
}

Judgement JudgeDocument(const std::string& name, const std::string& file, std::string_view text,
                        const Document& document, SubjectType type, const std::string& bundle,
                        const std::string& spec) {
  reports::Subject subject;
  subject.name = name;
  subject.type = ToText(type);
  subject.digest = Sha256(text);
  Judge judge(name, file, document);
  judge.JudgeText();
  if (document.root() != nullptr) {
    const schema::SpecVersion version = VersionOf(*document.root(), type, spec);
    judge.JudgeSchema(type);
    judge.JudgeRules({*document.root(), type, version, bundle});
  }
  return std::move(judge).Finish(std::move(subject));
}

}  // namespace

Result<Judgement> ValidatePath(const std::string& path, const ValidateOptions& options) {
  const Limits limits;
  ASSIGN_OR_RETURN(const SubjectText subject, ReadSubject(path, limits));
  const Document document = Document::Parse(subject.text, limits);
  std::optional<SubjectType> type = options.type;
  if (!type && !subject.bundle.empty()) type = SubjectType::kBundle;
  if (!type) type = DetectType(document);
  // A text that is no JSON cannot say what it is; its findings matter more than its kind.
  if (!type && document.root() == nullptr) type = SubjectType::kConfig;
  if (!type)
    return Failure(subject.file + " is of no kind that is known here",
                   "say --kind config, state or features");
  std::string bundle = subject.bundle;
  if (*type == SubjectType::kBundle && bundle.empty()) {
    const size_t slash = subject.file.rfind('/');
    bundle = slash == std::string::npos ? "." : subject.file.substr(0, slash);
  }
  return JudgeDocument(path, subject.file, subject.text, document, *type, bundle, options.spec);
}

Judgement ValidateText(const std::string& name, std::string_view text, SubjectType type,
                       const ValidateOptions& options) {
  const Document document = Document::Parse(text);
  return JudgeDocument(name, name, text, document, type, "", options.spec);
}

}  // namespace loadline::validator
