// SPDX-License-Identifier: Apache-2.0
// loadline report: saved reports in another format, merged, against each other, or over time.
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/saved_report.h"
#include "reports/diff.h"
#include "reports/history/history.h"
#include "reports/merge.h"

namespace loadline::cli {
namespace {

Result<std::vector<reports::Report>> ReadAll(const std::vector<std::string>& files) {
  std::vector<reports::Report> all;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(reports::Report report, ReadReport(file));
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace

// One report is rendered as it is; several are merged first.
int RunReportMerge(const ReportMergeOptions& options) {
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  auto parts = ReadAll(options.files);
  if (!parts.has_value()) return Complain(parts.error(), ExitStatusOf(parts.error()));
  auto report = parts->size() == 1 ? Result<reports::Report>(std::move(parts->front()))
                                   : reports::Merge(std::move(*parts));
  if (!report.has_value()) return Complain(report.error(), ExitStatusOf(report.error()));
  if (auto written = WriteReports(*report, options.output); !written.has_value())
    return Complain(written.error(), kCannotJudge);
  return reports::ExitStatus(*report, false);
}

int RunReportDiff(const ReportDiffOptions& options) {
  auto both = ReadAll({options.before, options.after});
  if (!both.has_value()) return Complain(both.error(), ExitStatusOf(both.error()));
  const reports::Diff diff = reports::Compare(both->front(), both->back());
  return Print(options.format == "json" ? reports::ToJsonText(diff) : reports::ToText(diff),
               diff.Surprises() ? kDoesNotConform : kConforms);
}

// What got worse is told and not judged: that is what `loadline gate` is for.
int RunReportHistory(const ReportHistoryOptions& options) {
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  auto reports = ReadAll(options.files);
  if (!reports.has_value()) return Complain(reports.error(), ExitStatusOf(reports.error()));
  auto history = reports::HistoryOf(std::move(*reports));
  if (!history.has_value()) return Complain(history.error(), ExitStatusOf(history.error()));
  history->tool = ThisTool();
  history->made = Now();
  if (auto written = WriteHistory(*history, options.output); !written.has_value())
    return Complain(written.error(), kCannotJudge);
  return kConforms;
}

}  // namespace loadline::cli
