// SPDX-License-Identifier: Apache-2.0
#include "reports/unfinished.h"

#include "reports/plain_text.h"

namespace loadline::reports {

std::string UnfinishedText(const Report& report) {
  if (!report.unfinished) return "";
  const int results = static_cast<int>(report.results.size());
  const std::string began = "the run was not finished: ";
  if (report.kind == Kind::kValidation)
    return began + Plural(static_cast<int>(report.subjects.size()), "path") + " judged so far, " +
           Plural(results, "finding");
  std::string text = began + Plural(results, "result") + " so far";
  if (report.unfinished->planned > 0)
    text += ", of " + Plural(report.unfinished->planned, "check") + " that were to be made";
  return text;
}

Report WithUnfinishedAsResult(Report report) {
  if (!report.unfinished) return report;
  CheckResult result;
  result.id = "loadline/run/finished";
  result.title = "the run came to its end";
  result.verdict = Verdict::kError;
  result.subject = report.subjects.empty() ? "" : report.subjects.back().name;
  result.message = UnfinishedText(report);
  result.hint = "run it again";
  report.results.push_back(std::move(result));
  return report;
}

}  // namespace loadline::reports
