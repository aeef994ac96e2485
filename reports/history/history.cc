// SPDX-License-Identifier: Apache-2.0
#include "reports/history/history.h"

#include <algorithm>
#include <map>

#include "reports/history/comparable.h"
#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

constexpr char kNotThere[] = "not there";

// What makes a result of two reports the same one; a finding stays itself when lines above it come
// and go.
std::string KeyOf(const CheckResult& result) {
  if (!result.location) return result.id;
  return result.id + "\n" + result.location->file + "\n" + result.location->pointer + "\n" +
         result.message;
}

using Results = std::map<std::string, const CheckResult*>;

Results ResultsOf(const Report& report, const std::string& subject) {
  Results results;
  for (const CheckResult& result : report.results) {
    // A result without a subject is about the run as a whole.
    if (result.subject == subject || result.subject.empty()) results[KeyOf(result)] = &result;
  }
  return results;
}

// 0: nothing stands against the subject, 1: a SHOULD does, 2: a MUST does, or a defect of ours.
int Weight(Verdict verdict) {
  if (verdict == Verdict::kWarn) return 1;
  return verdict == Verdict::kFail || verdict == Verdict::kTimeout || verdict == Verdict::kError
             ? 2
             : 0;
}

// A check that is not made any more says nothing. A rule that finds nothing leaves no result.
Direction TurnOf(Kind kind, const CheckResult* before, const CheckResult* after) {
  if (kind == Kind::kCertification && (before == nullptr || after == nullptr))
    return Direction::kOther;
  const int one = before == nullptr ? 0 : Weight(before->verdict);
  const int other = after == nullptr ? 0 : Weight(after->verdict);
  if (other > one) return Direction::kWorse;
  if (other == one) return Direction::kOther;
  // What cannot be judged any more has not got better.
  return after == nullptr || Judges(after->verdict) ? Direction::kBetter : Direction::kOther;
}

bool ComesAndGoes(const CheckResult* result) {
  return result != nullptr && result->sometimes &&
         (result->verdict == Verdict::kPass || !result->Unexpected());
}

template <class Turned>
void SortByTurn(std::vector<Turned>& turns) {
  std::stable_sort(turns.begin(), turns.end(), [](const Turned& a, const Turned& b) {
    return std::tie(a.turn, a.id) < std::tie(b.turn, b.id);
  });
}

std::vector<ResultTurn> ResultTurns(Kind kind, const Results& before, const Results& after) {
  std::map<std::string, std::pair<const CheckResult*, const CheckResult*>> both;
  for (const auto& [key, result] : before) both[key].first = result;
  for (const auto& [key, result] : after) both[key].second = result;
  std::vector<ResultTurn> turns;
  const auto word = [](const CheckResult* result) {
    return result == nullptr ? std::string(kNotThere) : std::string(ToText(result->verdict));
  };
  for (const auto& [key, pair] : both) {
    const auto& [one, other] = pair;
    if (word(one) == word(other)) continue;
    const CheckResult& later = other != nullptr ? *other : *one;
    turns.push_back({later.id, later.title, word(one), word(other), later.message,
                     TurnOf(kind, one, other), ComesAndGoes(one) && ComesAndGoes(other)});
  }
  SortByTurn(turns);
  return turns;
}

using RequirementsKept = std::map<std::string, Kept>;

RequirementsKept KeptOf(const Report& report) {
  RequirementsKept kept;
  if (report.kind != Kind::kCertification) return kept;
  for (const char* standard : {"oci-runtime", "loadline"}) {
    for (const RequirementVerdict& verdict : JudgeRequirements(report, standard))
      kept[verdict.requirement->id] = verdict.kept;
  }
  return kept;
}

std::vector<RequirementTurn> RequirementTurns(const RequirementsKept& before,
                                              const RequirementsKept& after) {
  std::vector<RequirementTurn> turns;
  for (const auto& [id, kept] : after) {
    const auto found = before.find(id);
    if (found == before.end() || found->second == kept) continue;
    const bool judged = kept != Kept::kNotJudged && found->second != Kept::kNotJudged;
    // What is judged for the first time tells of the run, not of the subject.
    const Direction turn = !judged                 ? Direction::kOther
                           : kept == Kept::kFailed ? Direction::kWorse
                                                   : Direction::kBetter;
    turns.push_back({id, found->second, kept, turn});
  }
  SortByTurn(turns);
  return turns;
}

Summary SummaryOf(const Results& results) {
  Summary summary;
  for (const auto& [key, result] : results) {
    ++summary.counts[static_cast<size_t>(result->verdict)];
    summary.unexpected += result->Unexpected() ? 1 : 0;
  }
  return summary;
}

void AddProgram(const Subject& before, const Subject& after, std::vector<std::string>& differs) {
  if (before.version != after.version)
    differs.push_back("version " + before.version + " -> " + after.version);
  else if (before.digest != after.digest)
    differs.push_back("another program, or document, of the same version");
}

void AddStep(const History& history, size_t report, const Subject& subject,
             const std::vector<RequirementsKept>& kept, SubjectHistory& subject_history) {
  const Report& after = history.reports[report];
  const Results results = ResultsOf(after, subject.name);
  HistoryStep step;
  step.report = report;
  step.subject = subject;
  step.summary = SummaryOf(results);
  if (!subject_history.steps.empty()) {
    const HistoryStep& last = subject_history.steps.back();
    const Report& before = history.reports[last.report];
    AddProgram(last.subject, subject, step.differs);
    for (std::string& one : DifferencesOfCircumstance(before, after))
      step.differs.push_back(std::move(one));
    step.results = ResultTurns(after.kind, ResultsOf(before, subject.name), results);
    step.requirements = RequirementTurns(kept[last.report], kept[report]);
  }
  subject_history.steps.push_back(std::move(step));
}

}  // namespace

std::string_view ToText(Direction turn) {
  constexpr std::string_view kWords[] = {"worse", "better", "other"};
  return kWords[static_cast<size_t>(turn)];
}

int HistoryStep::Count(Direction turn) const {
  return static_cast<int>(std::count_if(results.begin(), results.end(), [&](const auto& one) {
    return one.turn == turn && !one.known;
  }));
}

Result<History> HistoryOf(std::vector<Report> reports) {
  std::stable_sort(reports.begin(), reports.end(),
                   [](const Report& a, const Report& b) { return a.started < b.started; });
  RETURN_IF_ERROR(CheckComparable(reports));
  History history;
  history.reports = std::move(reports);
  std::vector<RequirementsKept> kept;
  for (const Report& report : history.reports) kept.push_back(KeptOf(report));
  std::map<std::string, SubjectHistory> subjects;
  for (size_t i = 0; i < history.reports.size(); ++i) {
    for (const Subject& subject : history.reports[i].subjects) {
      SubjectHistory& one = subjects[subject.name];
      one.name = subject.name;
      AddStep(history, i, subject, kept, one);
    }
  }
  for (auto& [name, subject] : subjects) history.subjects.push_back(std::move(subject));
  return history;
}

std::string LastTurnText(const SubjectHistory& subject) {
  if (subject.steps.size() < 2) return "there is one report of it";
  const HistoryStep& last = subject.steps.back();
  const int worse = last.Count(Direction::kWorse);
  const int better = last.Count(Direction::kBetter);
  if (worse == 0 && better == 0) return "nothing got worse or better";
  if (worse == 0) return Plural(better, "check") + " got better, none worse";
  if (better == 0) return Plural(worse, "check") + " got worse, none better";
  return Plural(worse, "check") + " got worse, " + std::to_string(better) + " better";
}

const std::vector<HistoryWriter>& HistoryWriters() {
  static const std::vector<HistoryWriter> writers = {
      {"text", HistoryText}, {"json", HistoryJson}, {"html", HistoryHtml}};
  return writers;
}

}  // namespace loadline::reports
