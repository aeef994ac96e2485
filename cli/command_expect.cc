// SPDX-License-Identifier: Apache-2.0
// loadline expect: rewrites a candidate's expectations from a run, keeping the reasons.
#include <cerrno>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/saved_report.h"
#include "conformance/certify.h"

namespace loadline::cli {
namespace {

Result<reports::Report> Seen(const ExpectOptions& options) {
  if (!options.from.empty()) return ReadReport(options.from);
  conformance::CertifyOptions harness;
  harness.candidate = options.candidate;
  harness.spec = options.spec;
  return conformance::Certify(harness);
}

}  // namespace

int RunExpect(const ExpectOptions& options) {
  if (options.candidate.empty() == options.from.empty())
    return Complain(
        Failure("say of what the expectations are", "name a candidate, or --from REPORT"),
        kWrongUsage);
  std::string previous;
  if (!options.file.empty()) {
    auto text = ReadFile(options.file);
    if (text.has_value()) previous = *text;
    if (!text.has_value() && text.error().number != ENOENT)
      return Complain(text.error(), kUnreadable);
  }
  auto report = Seen(options);
  if (!report.has_value()) return Complain(report.error(), ExitStatusOf(report.error()));
  auto text = conformance::RewriteExpectations(*report, previous);
  if (!text.has_value()) return Complain(text.error(), kUnreadable);
  if (options.file.empty()) return Print(*text);
  if (auto written = WriteFileAtomically(options.file, *text); !written.has_value())
    return Complain(written.error(), kUnreadable);
  return kConforms;
}

}  // namespace loadline::cli
