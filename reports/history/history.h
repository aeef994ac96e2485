// SPDX-License-Identifier: Apache-2.0
// History: reports of the same subjects over time, and what got better and worse from each to the
// next.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reports/model.h"
#include "reports/requirement_verdicts.h"

namespace loadline::reports {

enum class Direction { kWorse, kBetter, kOther };
// "worse", "better", "other".
std::string_view ToText(Direction turn);

// A result that is not what it was in the report before.
struct ResultTurn {
  std::string id;
  std::string title;
  std::string before;   // its verdict; "not there" when there was none
  std::string after;    // likewise
  std::string message;  // of the later one that there is
  Direction turn = Direction::kOther;
  bool known = false;  // an expectation says that this deviation comes and goes
};

// A requirement that stands otherwise than it did in the report before.
struct RequirementTurn {
  std::string id;
  Kept before = Kept::kNotJudged;
  Kept after = Kept::kNotJudged;
  Direction turn = Direction::kOther;
};

// What one report says of a subject.
struct HistoryStep {
  size_t report = 0;  // of the history's
  Subject subject;
  Summary summary;                            // of the subject's results
  std::vector<std::string> differs;           // what else is not as before: "kernel 6.1 -> 6.12"
  std::vector<ResultTurn> results;            // those that got worse first, then by id
  std::vector<RequirementTurn> requirements;  // likewise
  int Count(Direction turn) const;            // of results
};

struct SubjectHistory {
  std::string name;
  std::vector<HistoryStep> steps;  // oldest first; the first has nothing before it
};

struct History {
  Tool tool;
  std::string made;                      // RFC 3339, UTC
  std::vector<Report> reports;           // oldest first
  std::vector<SubjectHistory> subjects;  // by name
};

// EINVAL when they cannot be compared: fewer than two, without a time or two of a subject at one
// time, of different kinds, versions of the standard, architectures, control groups or callers, or
// no two of the same subject.
Result<History> HistoryOf(std::vector<Report> reports);

// The formats: text, json, html.
struct HistoryWriter {
  std::string_view format;
  std::string (*write)(const History& history, bool verbose);
};
const std::vector<HistoryWriter>& HistoryWriters();

// "2 checks got worse and 1 better": the last step in a sentence.
std::string LastTurnText(const SubjectHistory& subject);
std::string HistoryText(const History& history, bool verbose);
std::string HistoryJson(const History& history, bool verbose);
std::string HistoryHtml(const History& history, bool verbose);

}  // namespace loadline::reports
