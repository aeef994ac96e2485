// SPDX-License-Identifier: Apache-2.0
// Gate: what got worse between a baseline and now. What got better, what is new and what was known
// is told beside it and stops nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

enum class Turn {
  kWorse,   // a new finding, a verdict that fell, a figure that rose beyond all noise
  kLost,    // what passed is no longer judged
  kNoise,   // what noise alone explains, or hides
  kKnown,   // worse, and an expectation gives the reason, or says that it comes and goes
  kBetter,  // a finding that is gone, a verdict that rose
  kNew,     // passes, and the baseline does not have it
};
inline constexpr Turn kTurns[] = {Turn::kWorse, Turn::kLost,   Turn::kNoise,
                                  Turn::kKnown, Turn::kBetter, Turn::kNew};
// "worse", "lost" …
std::string_view ToText(Turn turn);

struct GateChange {
  Turn turn = Turn::kWorse;
  bool stops = false;
  std::optional<Verdict> before;  // absent: the baseline has no such result
  std::optional<Verdict> after;   // absent: there is none now
  CheckResult result;             // of now, or of the baseline when there is none now
  std::string why;                // what the verdicts alone do not say; may be empty
};

struct GateRules {
  // From which level on what got worse stops; absent: nothing stops. For a subject of a validation
  // the project's settings may say something else.
  std::optional<schema::Level> least = schema::Level::kShould;
  std::map<std::string, std::optional<schema::Level>> least_of;  // by the subject's name
  bool lost_stops = true;
  bool noise_stops = false;  // what passed and was too noisy to be judged
};

struct GateOutcome {
  Kind kind = Kind::kCertification;
  std::vector<GateChange> changes;  // by turn, what stops first
  int same = 0;                     // results that are as they were
  std::vector<std::string> notes;   // what else differs between the two reports
  bool Stops() const;
  int Count(Turn turn) const;
  // The baseline no longer describes what there is, although nothing got worse.
  bool Stale() const;
};

// EINVAL, with the reason, when the two cannot be held against each other: another kind, version of
// the standard, subject, caller or bundle.
Result<void> CheckComparable(const Report& baseline, const Report& now);

// The two have to be comparable.
GateOutcome Judge(const Report& baseline, const Report& now, const GateRules& rules);

// The report without what differs from run to run and no gate looks at (observations, times), so
// that a baseline in a repository stays small and its changes readable.
Report AsBaseline(Report report);

}  // namespace loadline::reports
