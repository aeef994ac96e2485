// SPDX-License-Identifier: Apache-2.0
// The history page: for each subject lines over time, its reports, and what turned from each to the
// next, the newest first.
#include <algorithm>
#include <map>

#include "reports/history/history.h"
#include "reports/history/line_svg.h"
#include "reports/html_page.h"
#include "reports/page/result_block.h"
#include "reports/plain_text.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr size_t kMessage = 1500;  // bytes of one message

const char* ColourOf(Direction turn) {
  return turn == Direction::kWorse ? "fail" : turn == Direction::kBetter ? "pass" : "faint";
}

const char* ColourOf(Kept kept) {
  return kept == Kept::kPassed ? "pass" : kept == Kept::kFailed ? "fail" : "faint";
}

std::string Number(int count, const char* colour) {
  return Element("td", Class("number " + std::string(count == 0 ? "faint" : colour)),
                 std::to_string(count));
}

std::string When(const Report& report) { return report.started.substr(0, 10); }

// "2026-01-02 03:04", on one line.
std::string Moment(const Report& report) {
  std::string text = report.started.substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return Element("time", "", EscapeXml(text));
}

std::string StepAnchor(size_t subject, size_t step) {
  return "step-" + std::to_string(subject) + "-" + std::to_string(step);
}

std::string Reports(const History& history, size_t index) {
  const SubjectHistory& subject = history.subjects[index];
  std::string rows;
  for (size_t i = subject.steps.size(); i-- > 0;) {
    const HistoryStep& step = subject.steps[i];
    const Report& report = history.reports[step.report];
    const std::string when = Moment(report);
    rows += TableRow(
        i == 0 ? when : Element("a", "href=\"#" + StepAnchor(index, i) + "\"", when),
        Element("td", "", Text(step.subject.version, 100)) +
            Number(step.summary[Verdict::kPass], "pass") +
            Number(step.summary[Verdict::kFail], "fail") +
            Number(step.summary[Verdict::kWarn], "warn") + Number(step.summary.unexpected, "fail") +
            (i == 0 ? Element("td", "", "") + Element("td", "", "")
                    : Number(step.Count(Direction::kWorse), "fail") +
                          Number(step.Count(Direction::kBetter), "pass")) +
            Element("td", "", Text(report.tool.version + " " + report.tool.commit, 100)));
  }
  return Table("reports of " + subject.name,
               {"report", "version", "pass", "fail", "warn", "not as expected", "worse", "better",
                "judged with"},
               rows);
}

std::string Lines(const SubjectHistory& subject) {
  std::vector<int> passes;
  std::vector<int> unexpected;
  for (const HistoryStep& step : subject.steps) {
    passes.push_back(step.summary[Verdict::kPass]);
    unexpected.push_back(step.summary.unexpected);
  }
  return LineSvg("passed", "pass", passes) + LineSvg("not as expected", "fail", unexpected);
}

std::string ResultItem(const ResultTurn& turn) {
  std::string item = Element("b", Class(ColourOf(turn.turn)), turn.before + " → " + turn.after) +
                     " " + Text(turn.title, 400) + " " + Code(turn.id, 400);
  if (turn.known) item += " " + Element("span", Class("faint"), "(known to come and go)");
  if (turn.turn == Direction::kWorse && !turn.message.empty())
    item += "<br>" + Element("span", Class("said"), Text(turn.message, kMessage));
  return Element("li", Searchable(ToText(turn.turn), AreaOf(turn.id)), item) + "\n";
}

std::string RequirementItem(const RequirementTurn& turn) {
  return Element(
             "li", Searchable(ToText(turn.turn), AreaOf(turn.id)),
             Element("b", Class(ColourOf(turn.turn)),
                     std::string(ToText(turn.before)) + " → " + std::string(ToText(turn.after))) +
                 " " + RequirementText(turn.id)) +
         "\n";
}

template <class Turned>
std::string List(const char* heading, const std::vector<Turned>& turns, Direction wanted,
                 std::string (*item)(const Turned&)) {
  std::string items;
  for (const Turned& turn : turns) {
    if (turn.turn == wanted) items += item(turn);
  }
  if (items.empty()) return "";
  return Element("p", Class("mark " + std::string(ColourOf(wanted))), heading) +
         Element("ul", Class("requirements"), items);
}

std::string StepInner(const HistoryStep& step) {
  std::string html;
  for (const std::string& one : step.differs) html += Element("p", Class("faint"), Text(one, 400));
  html +=
      List("Got worse", step.results, Direction::kWorse, ResultItem) +
      List("Requirements that got worse", step.requirements, Direction::kWorse, RequirementItem) +
      List("Got better", step.results, Direction::kBetter, ResultItem) +
      List("Requirements that got better", step.requirements, Direction::kBetter, RequirementItem);
  const std::string other =
      List("Checks", step.results, Direction::kOther, ResultItem) +
      List("Requirements", step.requirements, Direction::kOther, RequirementItem);
  if (!other.empty())
    html += Folded(Class("area"),
                   Element("span", Class("name"), "What changed and is neither worse nor better"),
                   other);
  return html.empty() ? Element("p", "", "The same as before.") : html;
}

// The newest step stands open.
std::string Steps(const History& history, size_t index) {
  const SubjectHistory& subject = history.subjects[index];
  std::string html;
  for (size_t i = subject.steps.size(); i-- > 1;) {
    const HistoryStep& step = subject.steps[i];
    const int worse = step.Count(Direction::kWorse);
    const int better = step.Count(Direction::kBetter);
    const std::string mark = worse > 0    ? std::to_string(worse) + " worse"
                             : better > 0 ? std::to_string(better) + " better"
                                          : "as before";
    const std::string more =
        worse > 0 && better > 0 ? ": " + std::to_string(better) + " better" : "";
    const bool last = i + 1 == subject.steps.size();
    html += Folded("class=\"area\" id=\"" + StepAnchor(index, i) + "\"" + (last ? " open" : ""),
                   Element("span", Class(worse > 0 ? "mark fail" : "mark"), mark) +
                       Element("span", Class("name"),
                               Moment(history.reports[step.report]) + " against " +
                                   Moment(history.reports[subject.steps[i - 1].report]) + more),
                   StepInner(step));
  }
  return html;
}

// Each requirement that turned at any time, with how it stood in each report.
std::string RequirementTable(const History& history, const SubjectHistory& subject) {
  std::map<std::string, std::vector<Kept>> turned;
  for (const HistoryStep& step : subject.steps) {
    for (const RequirementTurn& turn : step.requirements) turned[turn.id];
  }
  if (turned.empty()) return "";
  std::vector<std::string> head{"requirement"};
  for (const HistoryStep& step : subject.steps)
    head.push_back(EscapeXml(When(history.reports[step.report])));
  std::string rows;
  for (auto& [id, kept] : turned) {
    // It stands as before until a step says otherwise; the first one says so by what came before.
    kept.resize(subject.steps.size());
    bool begun = false;
    for (size_t i = 0; i < subject.steps.size(); ++i) {
      if (i > 0) kept[i] = kept[i - 1];
      for (const RequirementTurn& turn : subject.steps[i].requirements) {
        if (turn.id != id) continue;
        if (!begun) std::fill(kept.begin(), kept.begin() + static_cast<long>(i), turn.before);
        begun = true;
        kept[i] = turn.after;
      }
    }
    std::string cells;
    for (const Kept one : kept)
      cells += Element("td", Class(ColourOf(one)), std::string(ToText(one)));
    rows += TableRow(Code(id), cells);
  }
  return Element("h3", "", "Requirements that did not stay as they were") +
         Table("requirements of " + subject.name + " over time", head, rows, "parity");
}

std::string SubjectHtml(const History& history, size_t index) {
  const SubjectHistory& subject = history.subjects[index];
  return Element("p", "",
                 "Since the report before the last: " + EscapeXml(LastTurnText(subject)) + ".") +
         Lines(subject) + Element("h3", "", "Reports") + Reports(history, index) +
         (subject.steps.size() < 2 ? "" : Element("h3", "", "From each to the next")) +
         Steps(history, index) + RequirementTable(history, subject);
}

// Every subject in a line, so that many can be looked over.
std::string Overview(const History& history) {
  std::string items;
  for (size_t i = 0; i < history.subjects.size(); ++i) {
    const SubjectHistory& subject = history.subjects[i];
    const bool worse = subject.steps.back().Count(Direction::kWorse) > 0;
    const int unexpected = subject.steps.back().summary.unexpected;
    items += Element(
        "li", "",
        Element("b", "", Text(subject.name, 200)) + ": " +
            Element("span", Class(worse ? "fail" : "pass"), EscapeXml(LastTurnText(subject))) +
            (unexpected == 0 ? ""
                             : Element("span", Class("fail"),
                                       "; " + std::to_string(unexpected) + " not as expected")));
  }
  return Element("ul", Class("rests"), items);
}

}  // namespace

std::string HistoryHtml(const History& history, bool) {
  const Report& first = history.reports.front();
  const Report& last = history.reports.back();
  const bool any_worse = std::any_of(
      history.subjects.begin(), history.subjects.end(),
      [](const auto& subject) { return subject.steps.back().Count(Direction::kWorse) > 0; });
  std::string title = "History:";
  for (const SubjectHistory& subject : history.subjects) title += " " + subject.name;
  std::string scope = Plural(static_cast<int>(history.reports.size()), "report") + " from " +
                      When(first) + " to " + When(last);
  if (!first.spec.empty()) scope += ", judged by OCI runtime-spec " + first.spec;
  const std::string head =
      Element("h1", "", Text(title, 600)) +
      Element("div", Class(std::string("answer ") + (any_worse ? "fail" : "pass") + "-edge"),
              Element("p", Class("reply"),
                      any_worse ? "Something got worse with the last report."
                                : "Nothing got worse with the last report.") +
                  Overview(history)) +
      Element("p", Class("faint"), Text(scope, 300));
  std::vector<Section> sections;
  for (size_t i = 0; i < history.subjects.size(); ++i)
    sections.push_back(
        {"subject-" + std::to_string(i), history.subjects[i].name, SubjectHtml(history, i)});
  const std::string footer = Element("footer", "",
                                     Text(history.tool.name + " " + history.tool.version + " " +
                                              history.tool.commit + ", " + history.made,
                                          400));
  return Page(title, Element("header", "", head) + SearchBox() + Sections(sections) + footer);
}

}  // namespace loadline::reports
