// SPDX-License-Identifier: Apache-2.0
#include "reports/conclusion.h"

namespace loadline::reports {

Conclusion Conclude(const Report& report, const Subject& subject) {
  if (report.kind == Kind::kValidation) {
    const bool holds = subject.verdict == Verdict::kPass;
    const Verdict mood = holds ? Verdict::kPass : Verdict::kFail;
    if (holds && report.unfinished) return {"not finished", Verdict::kWarn};
    if (subject.type == kComparison) return {holds ? "the same" : "not the same", mood};
    return {holds ? "sound" : "not sound", mood};
  }
  bool judged = false;
  int deviations = 0;
  for (const CheckResult& result : report.results) {
    // A result without a subject is about the run as a whole.
    if (!result.subject.empty() && result.subject != subject.name) continue;
    if (result.Unexpected()) return {"not as expected", Verdict::kFail};
    judged = judged || Judges(result.verdict);
    deviations += result.verdict == Verdict::kFail || result.verdict == Verdict::kTimeout ? 1 : 0;
  }
  if (report.unfinished) return {"not finished", Verdict::kWarn};
  if (!judged) return {"not judged", Verdict::kWarn};
  if (deviations == 0) return {"conformant in what was judged", Verdict::kPass};
  return {"conformant except for " + std::to_string(deviations) + " known deviation" +
              (deviations == 1 ? "" : "s"),
          Verdict::kWarn};
}

}  // namespace loadline::reports
