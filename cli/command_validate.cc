// SPDX-License-Identifier: Apache-2.0
// loadline validate: judges every path and writes one report.
#include <algorithm>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report_stream.h"
#include "cli/validation.h"

namespace loadline::cli {
namespace {

using reports::Verdict;

int StatusOf(const Judged& judged) {
  if (judged.unreadable) return kUnreadable;
  const auto any = [&](Verdict verdict) {
    return std::any_of(judged.report.subjects.begin(), judged.report.subjects.end(),
                       [&](const reports::Subject& subject) { return subject.verdict == verdict; });
  };
  if (any(Verdict::kError)) return kOurDefect;
  return any(Verdict::kFail) ? kDoesNotConform : kConforms;
}

}  // namespace

int RunValidate(const ValidateOptions& options) {
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  auto validation = Validation::Plan(options);
  if (!validation.has_value()) return Complain(validation.error(), kWrongUsage);
  ReportStream stream(options.output);
  bool begun = false;
  const auto judged = validation->Run([&](const reports::Subject& subject, const auto& findings) {
    // Of nothing that could be read there is no report.
    if (!begun) stream.Begin(validation->Known(), 0);
    begun = true;
    stream.Add(subject);
    for (const reports::CheckResult& finding : findings) stream.Add(finding);
  });
  if (!judged.has_value()) return Complain(judged.error(), kUnreadable);
  if (begun) {
    stream.End(judged->report);
    auto written = WriteReports(judged->report, options.output, true);
    if (written.has_value()) written = stream.Outcome();
    if (!written.has_value()) return Complain(written.error(), kCannotJudge);
  }
  return StatusOf(*judged);
}

}  // namespace loadline::cli
