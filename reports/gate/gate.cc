// SPDX-License-Identifier: Apache-2.0
#include "reports/gate/gate.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/files.h"
#include "reports/gate/pairs.h"
#include "reports/gate/trend.h"

namespace loadline::reports {
namespace {

constexpr std::string_view kTurnWords[] = {"worse", "lost", "noise", "known", "better", "new"};

// The more, the worse; nothing for what does not judge.
std::optional<int> RankOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return 0;
    case Verdict::kWarn:
      return 1;
    case Verdict::kFail:
    case Verdict::kTimeout:
      return 2;
    default:
      return std::nullopt;
  }
}

bool IsStaleExpectation(const CheckResult& result) {
  return result.id.starts_with("expectations/");
}

// An expectation names the reason.
bool IsExplained(const CheckResult& now) {
  return !now.reason.empty() && now.verdict == now.expected;
}

bool ComesAndGoes(const CheckResult* before, const CheckResult& now) {
  if (now.sometimes) return !now.Unexpected();
  return before != nullptr && before->sometimes && now.verdict != Verdict::kError;
}

class Judging {
 public:
  Judging(const Report& baseline, const Report& now, const GateRules& rules)
      : baseline_(baseline), now_(now), rules_(rules), same_machine_(SameMachine(baseline, now)) {}

  GateOutcome Run() {
    outcome_.kind = now_.kind;
    for (const Subject& subject : now_.subjects) judged_.insert(CleanPath(subject.name));
    for (const ResultPair& pair : PairResults(baseline_, now_)) Judge(pair);
    if (now_.kind == Kind::kValidation) AddLostPaths();
    outcome_.notes = Differences(baseline_, now_);
    if (stale_expectations_ > 0)
      outcome_.notes.push_back(std::to_string(stale_expectations_) +
                               " expectations name cases that are gone; `loadline expect` rewrites "
                               "the file");
    std::stable_sort(outcome_.changes.begin(), outcome_.changes.end(),
                     [](const GateChange& a, const GateChange& b) {
                       return std::make_tuple(!a.stops, a.turn) < std::make_tuple(!b.stops, b.turn);
                     });
    return std::move(outcome_);
  }

 private:
  void Judge(const ResultPair& pair) {
    if (pair.after != nullptr && IsStaleExpectation(*pair.after)) {
      ++stale_expectations_;
    } else if (pair.after == nullptr) {
      JudgeGone(*pair.before);
    } else if (pair.before == nullptr) {
      JudgeAdded(*pair.after);
    } else {
      JudgeBoth(*pair.before, *pair.after);
    }
  }

  void JudgeGone(const CheckResult& before) {
    if (IsStaleExpectation(before)) return;
    if (now_.kind == Kind::kValidation) {
      // Of a path that is not judged any more nothing is mended.
      if (judged_.count(CleanPath(before.subject)) > 0) Add(Turn::kBetter, &before, nullptr);
    } else if (RankOf(before.verdict)) {
      Add(Turn::kLost, &before, nullptr, "no longer there");
    }
  }

  void JudgeAdded(const CheckResult& after) {
    if (after.verdict == Verdict::kPass) {
      Add(Turn::kNew, nullptr, &after);
    } else if (RankOf(after.verdict) || after.verdict == Verdict::kError) {
      AddWorse(nullptr, after,
               now_.kind == Kind::kCertification ? "the baseline does not have it" : "");
    }
  }

  void JudgeBoth(const CheckResult& before, const CheckResult& after) {
    const auto was = RankOf(before.verdict);
    const auto is = RankOf(after.verdict);
    if (after.verdict == Verdict::kError) {
      before.verdict == Verdict::kError ? Same() : AddWorse(&before, after, "");
    } else if (was && !is) {
      const bool hidden = after.verdict == Verdict::kInconclusive;
      Add(hidden ? Turn::kNoise : Turn::kLost, &before, &after,
          hidden ? "too noisy to be judged" : "no longer judged");
    } else if (!is) {
      Same();
    } else if (!was || *is > *was) {
      JudgeFallen(before, after);
    } else if (*is < *was) {
      Add(Turn::kBetter, &before, &after);
    } else {
      JudgeFigures(before, after);
    }
  }

  // The verdict fell, or there was none that judged.
  void JudgeFallen(const CheckResult& before, const CheckResult& after) {
    if (after.verdict == Verdict::kPass) return Add(Turn::kBetter, &before, &after);
    const Trend trend = TrendOf(before, after);
    if (trend.measured && trend.overlap)
      return Add(Turn::kNoise, &before, &after, trend.words + ", which noise explains");
    AddWorse(&before, after, trend.words);
  }

  void JudgeFigures(const CheckResult& before, const CheckResult& after) {
    const Trend trend = TrendOf(before, after);
    if (trend.direction == Trend::Direction::kBetter) {
      Add(Turn::kBetter, &before, &after, trend.words);
    } else if (trend.direction == Trend::Direction::kSame) {
      Same();
    } else if (same_machine_) {
      AddWorse(&before, after, trend.words);
    } else {
      Add(Turn::kNoise, &before, &after, trend.words + ", on another machine");
    }
  }

  void AddWorse(const CheckResult* before, const CheckResult& after, const std::string& why) {
    if (ComesAndGoes(before, after)) {
      Add(Turn::kKnown, before, &after, "known to come and go");
    } else if (IsExplained(after) && now_.kind == Kind::kCertification) {
      Add(Turn::kKnown, before, &after, after.reason);
    } else {
      Add(Turn::kWorse, before, &after, why);
    }
  }

  void Same() { ++outcome_.same; }

  void Add(Turn turn, const CheckResult* before, const CheckResult* after, std::string why = "") {
    GateChange change{turn, false, {}, {}, after != nullptr ? *after : *before, std::move(why)};
    if (before != nullptr) change.before = before->verdict;
    if (after != nullptr) change.after = after->verdict;
    change.stops = Stops(change);
    outcome_.changes.push_back(std::move(change));
  }

  void AddLostPaths() {
    for (const Subject& subject : baseline_.subjects) {
      if (judged_.count(CleanPath(subject.name)) > 0) continue;
      CheckResult result;
      result.id = "gate/path-is-judged";
      result.title = "what the baseline judged is judged";
      result.subject = subject.name;
      result.verdict = Verdict::kPass;
      Add(Turn::kLost, &result, nullptr, "the path is not judged any more");
    }
  }

  std::optional<schema::Level> LeastOf(const CheckResult& result) const {
    const auto own = rules_.least_of.find(result.subject);
    return own == rules_.least_of.end() ? rules_.least : own->second;
  }

  bool Stops(const GateChange& change) const {
    if (change.turn == Turn::kWorse && change.after == Verdict::kError) return true;
    const auto least = LeastOf(change.result);
    const bool heard = least && change.result.level <= *least;
    const bool passed = change.before == Verdict::kPass || change.before == Verdict::kWarn;
    const bool silent = !change.after || !Judges(*change.after);
    switch (change.turn) {
      case Turn::kWorse:
        return least && (change.after != Verdict::kWarn || heard);
      case Turn::kLost:
        return heard && passed && rules_.lost_stops;
      case Turn::kNoise:
        return heard && passed && silent && rules_.noise_stops;
      default:
        return false;
    }
  }

  const Report& baseline_;
  const Report& now_;
  const GateRules& rules_;
  const bool same_machine_;
  std::set<std::string> judged_;  // paths of now
  int stale_expectations_ = 0;
  GateOutcome outcome_;
};

}  // namespace

std::string_view ToText(Turn turn) { return kTurnWords[static_cast<size_t>(turn)]; }

bool GateOutcome::Stops() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const GateChange& one) { return one.stops; });
}

int GateOutcome::Count(Turn turn) const {
  return static_cast<int>(std::count_if(
      changes.begin(), changes.end(), [turn](const GateChange& one) { return one.turn == turn; }));
}

bool GateOutcome::Stale() const { return Count(Turn::kBetter) + Count(Turn::kNew) > 0; }

GateOutcome Judge(const Report& baseline, const Report& now, const GateRules& rules) {
  return Judging(baseline, now, rules).Run();
}

Report AsBaseline(Report report) {
  report.duration_ms = 0;
  for (CheckResult& result : report.results) {
    const bool figure = FigureOf(result).has_value();
    result.duration_ms.reset();
    result.observation.reset();
    if (!figure) {
      result.evidence.reset();
      continue;
    }
    nlohmann::json kept;
    for (const char* part : {"ratio", "low", "high", "margin", "parity", "nativeAgainstNative"}) {
      const auto& measured = result.evidence->at("measured");
      if (measured.contains(part)) kept["measured"][part] = measured[part];
    }
    result.evidence = std::make_shared<const nlohmann::json>(std::move(kept));
  }
  return report;
}

}  // namespace loadline::reports
