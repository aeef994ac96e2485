// SPDX-License-Identifier: Apache-2.0
#include "reports/consistency.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/digest.h"
#include "reports/plain_text.h"
#include "schema/files.h"

namespace loadline::reports {
namespace {

Error Edited(std::string what) {
  return Failure(ErrorKind::kUnreadable, std::move(what),
                 "the report was edited, or is not whole: write it anew");
}

std::string Named(const std::string& text) { return "\"" + Shortened(text) + "\""; }

Result<void> CheckSummary(const Report& report, const nlohmann::json& written) {
  if (report.rules_passed < 0)
    return Edited("/summary/pass: there are fewer passes than results that passed");
  if (report.kind == Kind::kCertification && report.rules_passed != 0)
    return Edited("/summary/pass: there are more passes than results that passed");
  const Summary summary = Summarize(report);
  const auto same = [&](const std::string& member, int counted) -> Result<void> {
    const int said = written.value(member, 0);
    if (said == counted) return {};
    return Edited("/summary/" + member + ": the summary says " + std::to_string(said) +
                  ", and the results are " + std::to_string(counted));
  };
  for (const Verdict verdict : kVerdicts)
    RETURN_IF_ERROR(same(std::string(ToText(verdict)), summary[verdict]));
  return same("unexpected", summary.unexpected);
}

Result<void> CheckCount(const std::string& pointer, const RequirementCount& count) {
  if (count.judged > count.total) return Edited(pointer + ": more were judged than there are");
  if (int64_t{count.passed} + count.failed != count.judged)
    return Edited(pointer + ": passed and failed do not make up what was judged");
  return {};
}

// Another release may have had another ledger, by which it counted.
bool HasOurLedger(const Report& report, const std::string& standard) {
  const auto digest = report.suite.find("ledger/" + standard);
  const auto ours = schema::SchemaFile("requirements/" + standard + ".json");
  return digest != report.suite.end() && ours && digest->second == Sha256(*ours);
}

// Counts the requirements again, where the ledger is the one that they were counted by.
Result<void> CheckRequirements(const Report& report, const char* member,
                               const std::string& standard, const RequirementCount& said) {
  const std::string pointer = "/" + std::string(member);
  RETURN_IF_ERROR(CheckCount(pointer, said));
  if (report.kind != Kind::kCertification || !HasOurLedger(report, standard)) return {};
  ASSIGN_OR_RETURN(const auto version, schema::SpecVersion::Parse(report.spec));
  const RequirementCount counted =
      CountRequirements(report.results, standard, version, schema::Addressee::kRuntime);
  const std::tuple<const char*, int, int> numbers[] = {{"total", said.total, counted.total},
                                                       {"judged", said.judged, counted.judged},
                                                       {"passed", said.passed, counted.passed},
                                                       {"failed", said.failed, counted.failed}};
  for (const auto& [name, written, seen] : numbers) {
    if (written != seen)
      return Edited(pointer + "/" + name + ": the report says " + std::to_string(written) +
                    ", and by its results it is " + std::to_string(seen));
  }
  return {};
}

using Verdicts = std::map<std::string_view, Verdict>;  // of the subjects, by name

Result<void> CheckOne(const Report& report, size_t index, const Verdicts& subjects,
                      std::set<std::pair<std::string_view, std::string_view>>& known) {
  const auto& result = report.results[index];
  const std::string pointer = "/results/" + std::to_string(index);
  if (report.kind != Kind::kCertification) return {};
  if (!known.emplace(result.subject, result.id).second)
    return Edited(pointer + "/id: " + Named(result.id) + " stands here a second time");
  if (result.subject.empty()) return {};  // about the run as a whole
  const auto subject = subjects.find(result.subject);
  if (subject == subjects.end())
    return Edited(pointer + "/subject: " + Named(result.subject) + " is none of the subjects");
  if (result.verdict == Verdict::kFail && subject->second == Verdict::kPass)
    return Edited(pointer + "/verdict: " + Named(result.id) + " failed, and its subject passed");
  return {};
}

}  // namespace

Result<void> CheckConsistency(const Report& report, const nlohmann::json* summary) {
  if (!report.spec.empty()) {
    auto version = schema::SpecVersion::Parse(report.spec);
    if (!version.has_value()) return Edited("/spec: " + version.error().ToLine());
  }
  Verdicts subjects;
  for (const Subject& subject : report.subjects) subjects.emplace(subject.name, subject.verdict);
  if (report.kind == Kind::kCertification && subjects.size() != report.subjects.size())
    return Edited("/subjects: two have one name");
  if (summary != nullptr) {
    RETURN_IF_ERROR(CheckSummary(report, *summary));
    RETURN_IF_ERROR(CheckRequirements(report, "requirements", "oci-runtime", report.requirements));
    RETURN_IF_ERROR(CheckRequirements(report, "beyond", "loadline", report.beyond));
  }
  std::set<std::pair<std::string_view, std::string_view>> known;
  for (size_t i = 0; i < report.results.size(); ++i)
    RETURN_IF_ERROR(CheckOne(report, i, subjects, known));
  return {};
}

}  // namespace loadline::reports
