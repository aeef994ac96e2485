// SPDX-License-Identifier: Apache-2.0
// loadline compare: certifies several candidates, or reads their reports, and writes the parity
// report.
#include <algorithm>
#include <set>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/report_stream.h"
#include "cli/saved_report.h"
#include "conformance/certify.h"

namespace loadline::cli {
namespace {

constexpr std::string_view kBatteries = "conformance/batteries/";  // their folders

// Everything that says how candidates stand to each other: what is left when something goes wrong
// is asked for by name.
Result<std::vector<std::string>> AllBatteries() {
  ASSIGN_OR_RETURN(const auto checks, conformance::ListCases());
  std::set<std::string> names{"cases"};
  for (const conformance::CaseSummary& check : checks) {
    if (check.file.starts_with(kBatteries)) names.insert(check.file.substr(kBatteries.size()));
  }
  names.erase("faults");
  return std::vector<std::string>(names.begin(), names.end());
}

class Comparing {
 public:
  explicit Comparing(const CompareOptions& options)
      : options_(options), progress_(options.output.quiet) {}

  Result<reports::Comparison> Run() {
    std::vector<std::optional<reports::Report>> saved;
    std::vector<std::string> to_run;
    for (const std::string& candidate : options_.candidates) {
      std::optional<reports::Report> report;
      if (candidate.ends_with(".json") || candidate.ends_with(".jsonl")) {
        ASSIGN_OR_RETURN(report, ReadReportIfOne(candidate));
      }
      if (!report) to_run.push_back(candidate);
      saved.push_back(std::move(report));
    }
    ASSIGN_OR_RETURN(const std::string spec, conformance::CommonSpec(options_.spec, to_run));
    std::vector<reports::Report> all;
    for (size_t i = 0; i < saved.size(); ++i) {
      if (!saved[i]) {
        ASSIGN_OR_RETURN(saved[i], Certify(i, spec));
      }
      all.push_back(std::move(*saved[i]));
    }
    ASSIGN_OR_RETURN(reports::Comparison comparison, reports::Compare(std::move(all)));
    comparison.tool = ThisTool();
    comparison.started = Now();
    return comparison;
  }

 private:
  // Nowhere, when nothing is to be kept.
  OutputOptions PlaceOf(size_t index, const reports::Report& known) const {
    OutputOptions place;
    if (options_.save.empty()) return place;
    std::string name = std::to_string(index + 1) + "-" + known.subjects[0].name;
    std::replace(name.begin(), name.end(), '/', '_');
    place.reports.emplace_back("jsonl", options_.save + "/" + name + ".jsonl");
    return place;
  }

  Result<reports::Report> Certify(size_t index, const std::string& spec) {
    const std::string& candidate = options_.candidates[index];
    conformance::CertifyOptions harness;
    harness.candidate = candidate;
    harness.spec = spec;
    harness.only = options_.only;
    harness.batteries = options_.batteries;
    if (harness.batteries.empty()) {
      ASSIGN_OR_RETURN(harness.batteries, AllBatteries());
    }
    harness.jobs = options_.jobs;
    harness.full = options_.full;
    std::optional<ReportStream> stream;
    auto report = conformance::Certify(harness, [&](const conformance::Progress& step) {
      if (step.known != nullptr) {
        reports::Report known = *step.known;
        known.tool = ThisTool();
        stream.emplace(PlaceOf(index, known));
        stream->Begin(known, step.total);
      } else if (step.result != nullptr) {
        stream->Add(*step.result);
      }
      progress_.Show(step.done, step.total, step.result != nullptr && step.result->Unexpected(),
                     candidate + " " + (step.result != nullptr ? step.result->id : ""));
    });
    progress_.Clear();
    if (!report.has_value()) return report;
    report->tool = ThisTool();
    stream->End(*report);
    RETURN_IF_ERROR(stream->Outcome());
    return report;
  }

  const CompareOptions& options_;
  ProgressLine progress_;
};

// As for certify, the worst of all.
int WorstStatus(const reports::Comparison& comparison) {
  int worst = kConforms;
  for (const reports::Report& report : comparison.reports) {
    const int status = reports::ExitStatus(report, false);
    // 70 before 1 before 4.
    if (status == kOurDefect || worst == kOurDefect) {
      worst = kOurDefect;
    } else if (status == kDoesNotConform || worst == kDoesNotConform) {
      worst = kDoesNotConform;
    } else {
      worst = std::max(worst, status);
    }
  }
  return worst;
}

}  // namespace

int RunCompare(const CompareOptions& options) {
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  auto comparison = Comparing(options).Run();
  if (!comparison.has_value())
    return Complain(comparison.error(), ExitStatusOf(comparison.error()));
  if (auto written = WriteComparison(*comparison, options.output); !written.has_value())
    return Complain(written.error(), kCannotJudge);
  return WorstStatus(*comparison);
}

}  // namespace loadline::cli
