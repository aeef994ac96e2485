// SPDX-License-Identifier: Apache-2.0
// The tap format: TAP 13 in what it shares with TAP 14, which harnesses of either read.
#include "reports/parity/comparison.h"
#include "reports/tap_text.h"
#include "reports/unfinished.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

std::string Write(const Report& given, const WriterOptions&) {
  const Report report = WithUnfinishedAsResult(given);
  std::string text = "TAP version 13\n";
  size_t number = 0;
  // A sound subject has no findings, and is a test that passed all the same.
  if (report.kind == Kind::kValidation) {
    for (const Subject& subject : report.subjects) {
      text += std::string(subject.verdict == Verdict::kPass ? "ok " : "not ok ") +
              std::to_string(++number) + " - " + TapDescription(subject.name) + " is sound\n";
    }
  }
  const bool several = report.kind == Kind::kCertification && report.subjects.size() > 1;
  for (CheckResult result : report.results) {
    if (several) result.id = result.subject + ": " + result.id;
    text += TapPoint(result, ++number, "");
  }
  return text + "1.." + std::to_string(number) + "\n";
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer TapWriter() { return {"tap", "TAP 13, for test harnesses", Write, WriteComparison}; }

}  // namespace loadline::reports
