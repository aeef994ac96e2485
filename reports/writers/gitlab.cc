// SPDX-License-Identifier: Apache-2.0
// The gitlab format: a report of Code Quality, which GitLab shows beside the change.
#include <nlohmann/json.hpp>

#include "reports/result_text.h"
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

std::string Write(const Report& report, const WriterOptions&) {
  Json issues = Json::array();
  for (const CheckResult& result : report.results) {
    if (!result.Unexpected() && result.verdict != Verdict::kWarn) continue;
    issues.push_back({{"description", MessageOf(result)},
                      {"check_name", result.id},
                      {"fingerprint", Fingerprint(result)},
                      {"severity", SeverityOf(result.level)},
                      {"location",
                       {{"path", FileOf(result)},
                        {"lines", {{"begin", result.location ? result.location->line : 1}}}}}});
  }
  return issues.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Writer GitlabWriter() { return {"gitlab", "a Code Quality report of GitLab", Write}; }

}  // namespace loadline::reports
