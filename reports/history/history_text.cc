// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reports/history/history.h"
#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

int NotJudged(const Summary& summary) {
  int count = 0;
  for (const Verdict verdict : kVerdicts) {
    if (!Judges(verdict)) count += summary[verdict];
  }
  return count;
}

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

std::string StepTable(const SubjectHistory& subject, const History& history) {
  std::vector<std::vector<std::string>> rows = {{"started", "version", "pass", "fail", "warn",
                                                 "not judged", "unexpected", "worse", "better"}};
  for (const HistoryStep& step : subject.steps) {
    const bool first = &step == &subject.steps.front();
    const auto turns = [&](Direction turn) {
      return first ? std::string("-") : std::to_string(step.Count(turn));
    };
    rows.push_back(
        {history.reports[step.report].started, OneLine(step.subject.version),
         std::to_string(step.summary[Verdict::kPass]), std::to_string(step.summary[Verdict::kFail]),
         std::to_string(step.summary[Verdict::kWarn]), std::to_string(NotJudged(step.summary)),
         std::to_string(step.summary.unexpected), turns(Direction::kWorse),
         turns(Direction::kBetter)});
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "  ";
    for (size_t i = 0; i < row.size(); ++i) {
      size_t width = 0;
      for (const auto& other : rows) width = std::max(width, other[i].size());
      line += Padded(row[i], width + 2);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string StepText(const HistoryStep& step, const History& history, bool verbose) {
  std::string text;
  for (const std::string& one : step.differs) text += "  " + OneLine(one) + "\n";
  for (const ResultTurn& turn : step.results) {
    if (turn.turn == Direction::kOther && !verbose) continue;
    text += "  " + Padded(std::string(ToText(turn.turn)), 6) + "  " + OneLine(turn.id) + "  " +
            turn.before + " -> " + turn.after + (turn.known ? " (known to come and go)" : "") +
            "\n";
    if (turn.turn == Direction::kWorse && !turn.message.empty())
      text += "          " + Shortened(turn.message) + "\n";
  }
  for (const RequirementTurn& turn : step.requirements) {
    if (turn.turn == Direction::kOther && !verbose) continue;
    text += "  " + Padded(std::string(ToText(turn.turn)), 6) + "  requirement " + turn.id + "  " +
            std::string(ToText(turn.before)) + " -> " + std::string(ToText(turn.after)) + "\n";
  }
  if (text.empty()) return "";
  return "\n" + history.reports[step.report].started + "\n" + text;
}

}  // namespace

std::string HistoryText(const History& history, bool verbose) {
  std::string text;
  for (const SubjectHistory& subject : history.subjects) {
    if (!text.empty()) text += "\n";
    text += OneLine(subject.name) + ": " +
            Plural(static_cast<int>(subject.steps.size()), "report") + "\n" +
            StepTable(subject, history);
    for (const HistoryStep& step : subject.steps) text += StepText(step, history, verbose);
    text += "\n" + OneLine(subject.name) + ": " + LastTurnText(subject) + "\n";
  }
  return text;
}

}  // namespace loadline::reports
