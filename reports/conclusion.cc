// SPDX-License-Identifier: Apache-2.0
#include "reports/conclusion.h"

#include <algorithm>
#include <map>

#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

constexpr size_t kNamed = 3;  // areas that an answer names

const Conclusion kNotFinished{"not finished", Verdict::kWarn,
                              "This run does not say: it ended before everything was judged."};

// Results of one sort, by area.
class Tally {
 public:
  void Add(const CheckResult& result) {
    ++count_;
    ++areas_[AreaOf(result.id)];
  }
  int count() const { return count_; }
  // "in mounts, hooks and 2 more areas": where most are, first.
  std::string Where() const {
    std::vector<std::pair<int, std::string>> sorted;
    for (const auto& [area, count] : areas_) sorted.emplace_back(-count, area);
    std::sort(sorted.begin(), sorted.end());
    const size_t named = sorted.size() <= kNamed + 1 ? sorted.size() : kNamed;
    std::string text = "in ";
    for (size_t i = 0; i < named; ++i) {
      const bool last = i + 1 == sorted.size();
      text += (i == 0 ? "" : last ? " and " : ", ") + sorted[i].second;
    }
    if (named < sorted.size())
      text += " and " + std::to_string(sorted.size() - named) + " more areas";
    return text;
  }

 private:
  int count_ = 0;
  std::map<std::string, int> areas_;
};

struct Tallies {
  bool judged = false;
  Tally broken;      // by a defect of ours
  Tally surprises;   // failures that nobody expected
  Tally stale;       // expected to deviate, and do not
  Tally deviations;  // known ones
};

Tallies TalliesOf(const Report& report, const Subject& subject) {
  Tallies tallies;
  for (const CheckResult& result : report.results) {
    // A result without a subject is about the run as a whole.
    if (!result.subject.empty() && result.subject != subject.name) continue;
    tallies.judged = tallies.judged || Judges(result.verdict);
    const bool failed = result.verdict == Verdict::kFail || result.verdict == Verdict::kTimeout;
    if (result.Unexpected()) {
      (result.verdict == Verdict::kError  ? tallies.broken
       : result.verdict == Verdict::kPass ? tallies.stale
                                          : tallies.surprises)
          .Add(result);
    } else if (failed) {
      tallies.deviations.Add(result);
    }
  }
  return tallies;
}

std::string SurpriseText(const Tallies& tallies) {
  if (tallies.surprises.count() > 0)
    return "Not before somebody has looked: " + Plural(tallies.surprises.count(), "check") +
           " went against it that nobody expected, " + tallies.surprises.Where() + ".";
  if (tallies.broken.count() > 0)
    return "This run does not say: " + Plural(tallies.broken.count(), "check") +
           " went wrong by a defect of ours, " + tallies.broken.Where() + ".";
  return "It does better than its expectations say: " +
         Plural(tallies.stale.count(), "known deviation") + " did not show, " +
         tallies.stale.Where() + ". Write the expectations anew, and look again.";
}

Conclusion ConcludeValidation(const Report& report, const Subject& subject) {
  const bool holds = subject.verdict == Verdict::kPass;
  const Verdict mood = holds ? Verdict::kPass : Verdict::kFail;
  if (subject.type == kComparison)
    return {holds ? "the same" : "not the same", mood,
            holds ? "Yes: one can stand for the other." : "No: one cannot stand for the other."};
  const int errors = static_cast<int>(
      std::count_if(report.results.begin(), report.results.end(), [&](const CheckResult& result) {
        return result.verdict == Verdict::kFail &&
               (result.subject.empty() || result.subject == subject.name);
      }));
  if (holds && report.unfinished) return kNotFinished;
  if (holds) return {"sound", mood, "Yes: nothing that was checked stands against it."};
  return {"not sound", mood,
          errors == 0 ? "No." : "No: " + Plural(errors, "error") + " to mend first."};
}

}  // namespace

Conclusion Conclude(const Report& report, const Subject& subject) {
  if (report.kind == Kind::kValidation) return ConcludeValidation(report, subject);
  const Tallies tallies = TalliesOf(report, subject);
  if (tallies.surprises.count() + tallies.broken.count() + tallies.stale.count() > 0)
    return {"not as expected", Verdict::kFail, SurpriseText(tallies)};
  if (report.unfinished) return kNotFinished;
  if (!tallies.judged)
    return {"not judged", Verdict::kWarn, "This run does not say: this host could judge nothing."};
  const int deviations = tallies.deviations.count();
  if (deviations == 0)
    return {"conformant in what was judged", Verdict::kPass,
            "Yes: it did all that it was asked for, as far as this host can tell."};
  return {"conformant except for " + Plural(deviations, "known deviation"), Verdict::kWarn,
          "Yes, if you can live with " + Plural(deviations, "known deviation") + ", " +
              tallies.deviations.Where() + "."};
}

}  // namespace loadline::reports
