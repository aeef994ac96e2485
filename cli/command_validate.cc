// SPDX-License-Identifier: Apache-2.0
// loadline validate: judges every path and writes one report.
#include <chrono>

#include "cli/commands.h"
#include "cli/output.h"
#include "validator/validate.h"

namespace loadline::cli {
int RunValidate(const ValidateOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  if (!options.spec.empty()) {
    auto version = schema::SpecVersion::Parse(options.spec);
    if (!version.has_value()) return Complain(version.error(), kWrongUsage);
  }
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  reports::Report report;
  report.kind = reports::Kind::kValidation;
  report.tool = ThisTool();
  report.started = Now();
  report.spec = options.spec;
  validator::ValidateOptions judging;
  judging.type = validator::SubjectTypeFromText(options.kind);
  judging.spec = options.spec;
  judging.shallow = options.shallow;
  judging.image = options.image;
  judging.limits = options.limits;
  bool unreadable = false;
  for (const std::string& path : options.paths) {
    auto judgement = validator::ValidatePath(path, judging);
    if (!judgement.has_value()) {
      // The other paths are judged all the same; the exit status says that one could not be read.
      Complain(judgement.error(), kUnreadable);
      unreadable = true;
      continue;
    }
    report.subjects.push_back(std::move(judgement->subject));
    report.rules_passed += judgement->rules_passed;
    std::move(judgement->findings.begin(), judgement->findings.end(),
              std::back_inserter(report.results));
  }
  report.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - began)
                           .count();
  if (!report.subjects.empty()) {
    if (auto written = WriteReports(report, options.output); !written.has_value())
      return Complain(written.error(), kCannotJudge);
  }
  return unreadable ? kUnreadable : reports::ExitStatus(report, false);
}

}  // namespace loadline::cli
