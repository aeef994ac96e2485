// SPDX-License-Identifier: Apache-2.0
// The gitlab format: a report of Code Quality, which GitLab shows beside the change.
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

const char* SeverityOf(schema::Level level) {
  switch (level) {
    case schema::Level::kMust:
      return "critical";
    case schema::Level::kShould:
      return "major";
    case schema::Level::kMay:
      return "minor";
  }
  return "info";
}

Json IssueOf(const CheckResult& result) {
  const std::string path = Shortened(FileOf(result), kLongText);
  const int line = result.location ? result.location->line : 1;
  return {{"description", Shortened(MessageOf(result), kLongText)},
          {"check_name", Shortened(result.id)},
          {"fingerprint", Fingerprint(result)},
          {"severity", SeverityOf(result.level)},
          {"location", {{"path", path.empty() ? "." : path}, {"lines", {{"begin", line}}}}}};
}

std::string Write(const Report& report, const WriterOptions&) {
  Json issues = Json::array();
  const Report whole = WithUnfinishedAsResult(report);
  for (const CheckResult& result : whole.results) {
    if (NeedsAttention(result)) issues.push_back(IssueOf(result));
  }
  return WriteJson(issues, 2);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer GitlabWriter() {
  return {"gitlab", "a Code Quality report of GitLab", Write, WriteComparison};
}

}  // namespace loadline::reports
