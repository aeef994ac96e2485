// SPDX-License-Identifier: Apache-2.0
#include "reports/saved/saved_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/saved/bounded_json.h"
#include "reports/saved/joined_stream.h"
#include "reports/unfinished.h"

namespace loadline::reports {
namespace {

Error About(const std::string& name, Error error) {
  error.what = name + ": " + error.what;
  error.kind = ErrorKind::kUnreadable;
  if (error.hint.empty()) error.hint = "pass a file that --report json=PATH or jsonl=PATH wrote";
  return error;
}

bool IsStream(const std::string& name, std::string_view text) {
  return name.ends_with(".jsonl") || text.starts_with(R"({"type":"header")");
}

constexpr int64_t kMostTime = int64_t{1} << 52;  // as much as the schema lets pass

// What a footer would have said.
void CountAnew(Report& report) {
  report.rules_passed = 0;
  for (const CheckResult& result : report.results)
    report.duration_ms = std::min(report.duration_ms + result.duration_ms.value_or(0), kMostTime);
  if (report.kind == Kind::kValidation) return;  // its subjects came with their verdicts
  for (Subject& subject : report.subjects) {
    if (std::any_of(report.results.begin(), report.results.end(), [&](const CheckResult& result) {
          return result.subject == subject.name && result.verdict == Verdict::kFail;
        }))
      subject.verdict = Verdict::kFail;
  }
  const auto version = schema::SpecVersion::Parse(report.spec);
  if (!version.has_value()) return;
  const auto count = [&](const char* standard) {
    return CountRequirements(report.results, standard, *version, schema::Addressee::kRuntime);
  };
  report.requirements = count("oci-runtime");
  report.beyond = count("loadline");
}

// As certify sorts them: a stream has them as they came.
void Sort(Report& report) {
  if (report.kind != Kind::kCertification) return;
  std::stable_sort(report.results.begin(), report.results.end(),
                   [](const CheckResult& a, const CheckResult& b) { return a.id < b.id; });
}

Result<SavedReport> ReadStream(const std::string& name, std::string_view text) {
  ASSIGN_OR_RETURN(JoinedStream stream, JoinStream(text));
  SavedReport saved;
  ASSIGN_OR_RETURN(saved.report, ReportFromJson(stream.document, stream.finished));
  if (!stream.finished) CountAnew(saved.report);
  if (stream.cut_line > 0)
    saved.notes.push_back(name + ":" + std::to_string(stream.cut_line) +
                          ": the line breaks off, and is left out");
  if (saved.report.unfinished) saved.notes.push_back(name + ": " + UnfinishedText(saved.report));
  return saved;
}

Result<SavedReport> ReadDocument(const std::string& name, std::string_view text) {
  JsonBudget budget;
  ASSIGN_OR_RETURN(const nlohmann::json document, ParseBounded(text, budget));
  SavedReport saved;
  ASSIGN_OR_RETURN(saved.report, ReportFromJson(document));
  if (saved.report.unfinished) saved.notes.push_back(name + ": " + UnfinishedText(saved.report));
  return saved;
}

}  // namespace

Result<SavedReport> ReadSaved(const std::string& name, std::string_view text) {
  if (text.size() > kLargestReport)
    return About(name, Failure("larger than " + std::to_string(kLargestReport) +
                                   " bytes, which no report is",
                               "certify with --shard, and keep a report of each part"));
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return About(name, Failure("the file is empty"));
  auto saved = IsStream(name, text) ? ReadStream(name, text) : ReadDocument(name, text);
  if (!saved.has_value()) return About(name, std::move(saved).error());
  Sort(saved->report);
  return saved;
}

}  // namespace loadline::reports
