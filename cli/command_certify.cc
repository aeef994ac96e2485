// SPDX-License-Identifier: Apache-2.0
// loadline certify: runs the cases against a candidate and writes one report.
#include <unistd.h>

#include <cstdio>

#include "base/pipe.h"
#include "base/temp_dir.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/report_stream.h"
#include "conformance/certify.h"

namespace loadline::cli {
namespace {

Result<conformance::CertifyOptions> ToHarness(const CertifyOptions& options) {
  conformance::CertifyOptions harness;
  harness.candidate = options.candidate;
  harness.spec = options.spec;
  harness.only = options.only;
  harness.batteries = options.batteries;
  if (!options.cases_directory.empty()) harness.case_directories = {options.cases_directory};
  harness.expectations_file = options.expectations;
  harness.bundle = options.bundle;
  harness.system = options.system;
  harness.jobs = options.jobs;
  harness.rootless = options.rootless;
  harness.full = options.full;
  harness.fault = options.fault;
  harness.dry_run = options.dry_run;
  ASSIGN_OR_RETURN(harness.shard, conformance::Shard::Parse(options.shard));
  if (options.keep) {
    auto directory = TempDir::Make("loadline-runs");
    if (!directory.has_value())
      return std::move(directory).error().Hint("point TMPDIR at a writable directory");
    harness.keep_directory = directory->Keep();
  }
  return harness;
}

}  // namespace

int RunCertify(const CertifyOptions& options) {
  auto harness = ToHarness(options);
  if (!harness.has_value()) return Complain(harness.error(), kWrongUsage);
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  ProgressLine progress(options.output.quiet);
  ReportStream stream(options.output);
  auto report = conformance::Certify(*harness, [&](const conformance::Progress& step) {
    if (step.result != nullptr) {
      stream.Add(*step.result);
    } else if (step.known != nullptr) {
      reports::Report known = *step.known;
      known.tool = ThisTool();
      stream.Begin(known, step.total);
    }
    progress.Show(step.done, step.total, step.result != nullptr && step.result->Unexpected(),
                  step.result != nullptr ? step.result->id : "");
  });
  progress.Clear();
  if (!report.has_value()) return Complain(report.error(), ExitStatusOf(report.error()));
  report->tool = ThisTool();
  stream.End(*report);
  auto written = WriteReports(*report, options.output, true);
  if (written.has_value()) written = stream.Outcome();
  if (!written.has_value()) return Complain(written.error(), kCannotJudge);
  if (options.keep) Note("the bundles are kept in " + harness->keep_directory);
  return options.dry_run ? kConforms : reports::ExitStatus(*report, options.require_all);
}

}  // namespace loadline::cli
