// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "reports/gate/gate_writer.h"
#include "reports/result_key.h"

namespace loadline::reports {
namespace {

// Every writer shows an unexpected failure, and few a warning.
CheckResult AsFailure(const GateChange& change) {
  CheckResult result = change.result;
  if (change.after != Verdict::kTimeout && change.after != Verdict::kError)
    result.verdict = Verdict::kFail;
  result.expected = Verdict::kPass;
  result.message = DetailOf(change);
  if (change.turn == Turn::kLost) result.message = StepOf(change) + ": " + result.message;
  result.reason.clear();
  return result;
}

// What was so before is no surprise.
void MakeExpected(CheckResult& result, const std::string& reason) {
  if (result.verdict != Verdict::kPass && result.reason.empty() && Judges(result.verdict))
    result.reason = reason;
  result.expected = result.verdict;
}

}  // namespace

Report GatedReport(const Report& now, const GateOutcome& outcome) {
  std::multimap<std::string, const GateChange*> changes;
  for (const GateChange& change : outcome.changes) {
    if (change.after) changes.emplace(KeyOf(change.result), &change);
  }
  Report report = now;
  report.results.clear();
  std::set<std::string> stopped;  // subjects
  for (const CheckResult& result : now.results) {
    const auto found = changes.find(KeyOf(result));
    const GateChange* change = found == changes.end() ? nullptr : found->second;
    if (found != changes.end()) changes.erase(found);
    if (change != nullptr && change->stops) {
      stopped.insert(result.subject);
      report.results.push_back(AsFailure(*change));
      continue;
    }
    // A warning is shown by most formats whatever was expected: those of before are left out.
    const bool fresh = change != nullptr && change->turn == Turn::kWorse;
    if (result.verdict == Verdict::kWarn && !fresh) continue;
    report.results.push_back(result);
    MakeExpected(report.results.back(), fresh
                                            ? "it is worse than in the baseline, and does not count"
                                            : "it is so in the baseline");
  }
  for (const GateChange& change : outcome.changes) {
    if (change.after || !change.stops) continue;
    stopped.insert(change.result.subject);
    report.results.push_back(AsFailure(change));
  }
  for (const std::string& name : stopped) {
    const bool known = std::any_of(report.subjects.begin(), report.subjects.end(),
                                   [&](const Subject& one) { return one.name == name; });
    if (!known) report.subjects.push_back({name, "", "", "", {}, Verdict::kFail});
  }
  for (Subject& subject : report.subjects)
    subject.verdict = stopped.count(subject.name) > 0 ? Verdict::kFail : Verdict::kPass;
  return report;
}

}  // namespace loadline::reports
