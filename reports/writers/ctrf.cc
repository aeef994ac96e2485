// SPDX-License-Identifier: Apache-2.0
// The ctrf format (Common Test Report Format 1.0.0), which many report viewers of CI systems read.
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/unfinished.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStatuses[] = {"passed", "failed", "skipped", "pending", "other"};

// What was known to fail, and advice that was not taken, is neither passed nor failed.
std::string StatusOf(const CheckResult& result) {
  if (result.Unexpected()) return "failed";
  if (result.verdict == Verdict::kPass) return "passed";
  return Judges(result.verdict) ? "other" : "skipped";
}

// Milliseconds since 1970 of RFC 3339 in UTC; 0 when it is none.
int64_t MomentOf(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end != nullptr && *end == '\0' ? int64_t{timegm(&parts)} * 1000 : 0;
}

// Empty ones are left out.
void AddText(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = Shortened(text, kLongText);
}

Json TestOf(const CheckResult& result) {
  Json test{{"name", Shortened(result.id, kLongText)},
            {"status", StatusOf(result)},
            {"duration", result.duration_ms.value_or(0)}};
  const std::string area = Shortened(AreaOf(result.id));
  test["suite"] = Json::array();
  for (const std::string& name : {Shortened(result.subject), area}) {
    if (!name.empty()) test["suite"].push_back(name);
  }
  if (result.verdict != Verdict::kPass || result.Unexpected())
    AddText(test, "message", MessageOf(result));
  if (result.location) {
    test["line"] = result.location->line;
    AddText(test, "filePath", result.location->file);
  }
  test["rawStatus"] = ToText(result.verdict);
  test["tags"] = Json::array({schema::ToText(result.level)});
  Json extra{{"title", Shortened(result.title, kLongText)}, {"expected", ToText(result.expected)}};
  AddText(extra, "reason", result.reason);
  if (!result.requirements.empty()) {
    extra["requirements"] = Json::array();
    for (const std::string& id : result.requirements)
      extra["requirements"].push_back(Shortened(id));
  }
  test["extra"] = std::move(extra);
  return test;
}

Json EnvironmentOf(const Report& report) {
  Json environment{{"osPlatform", "linux"}};
  if (report.host && report.host->is_object() && report.host->contains("kernel") &&
      report.host->at("kernel").is_string())
    AddText(environment, "osRelease", report.host->at("kernel").get<std::string>());
  AddText(environment, "appVersion", report.subjects.size() == 1 ? report.subjects[0].version : "");
  return environment;
}

std::string Write(const Report& report, const WriterOptions&) {
  const Report whole = WithUnfinishedAsResult(report);
  Json tests = Json::array();
  std::map<std::string, int> counts;
  for (const CheckResult& result : whole.results) {
    tests.push_back(TestOf(result));
    ++counts[StatusOf(result)];
  }
  Json summary{{"tests", whole.results.size()}};
  for (const char* status : kStatuses) summary[status] = counts[status];
  const int64_t start = MomentOf(whole.started);
  summary["start"] = start;
  summary["stop"] = start + whole.duration_ms;
  Json tool{{"name", Shortened(whole.tool.name)}};
  AddText(tool, "version", whole.tool.version);
  const Json document{{"reportFormat", "CTRF"},
                      {"specVersion", "1.0.0"},
                      {"results",
                       {{"tool", std::move(tool)},
                        {"summary", std::move(summary)},
                        {"tests", std::move(tests)},
                        {"environment", EnvironmentOf(whole)}}}};
  return WriteJson(document, 2);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer CtrfWriter() { return {"ctrf", "Common Test Report Format 1.0.0", Write, WriteComparison}; }

}  // namespace loadline::reports
