// SPDX-License-Identifier: Apache-2.0
#include "reports/page/requirement_matrix.h"

#include <algorithm>
#include <array>
#include <map>

#include "reports/html_page.h"
#include "reports/page/result_block.h"
#include "reports/plain_text.h"
#include "reports/requirement_verdicts.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr std::array kKinds{Kept::kFailed, Kept::kNotJudged, Kept::kPassed};
constexpr size_t kLinks = 6;  // results that one requirement names

using Verdicts = std::vector<RequirementVerdict>;
using Areas = std::map<std::string, Verdicts>;

struct Counts {
  int passed = 0;
  int failed = 0;
  int open = 0;
  int All() const { return passed + failed + open; }
  int Of(Kept kept) const {
    return kept == Kept::kPassed ? passed : kept == Kept::kFailed ? failed : open;
  }
  void Add(Kept kept) {
    ++(kept == Kept::kPassed ? passed : kept == Kept::kFailed ? failed : open);
  }
};

Counts CountsOf(const Verdicts& verdicts) {
  Counts counts;
  for (const RequirementVerdict& verdict : verdicts) counts.Add(verdict.kept);
  return counts;
}

const char* ColourOf(Kept kept) {
  return kept == Kept::kPassed ? "pass" : kept == Kept::kFailed ? "fail" : "left";
}

std::string Bar(const Counts& counts) {
  return ShareBar(std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) +
                      " failed, " + std::to_string(counts.open) + " not judged",
                  {{"pass", counts.passed}, {"fail", counts.failed}, {"left", counts.open}});
}

std::string AnchorOf(const std::string& standard, const std::string& area, Kept kept) {
  std::string anchor = standard + "-" + area + "-" + std::string(ToText(kept));
  for (char& c : anchor) c = c == '/' || c == ' ' ? '-' : c;
  return anchor;
}

// The number, leading to what it counts.
std::string CountCell(const std::string& standard, const std::string& area, Kept kept, int count) {
  if (count == 0) return Element("td", Class("number faint"), "0");
  return Element(
      "td", Class("number " + std::string(ColourOf(kept))),
      Element("a", "href=\"#" + AnchorOf(standard, area, kept) + "\"", std::to_string(count)));
}

// A narrow column breaks it where a reader would.
std::string Breakable(const std::string& area) {
  std::string text;
  for (const char c : area) text += EscapeXml(std::string(1, c)) + (c == '/' ? "<wbr>" : "");
  return text;
}

std::string ByArea(const std::string& standard, const Areas& areas) {
  std::string rows;
  for (const auto& [area, verdicts] : areas) {
    const Counts counts = CountsOf(verdicts);
    rows += TableRow(Breakable(area), Element("td", Class("bar"), Bar(counts)) +
                                          CountCell(standard, area, Kept::kPassed, counts.passed) +
                                          CountCell(standard, area, Kept::kFailed, counts.failed) +
                                          CountCell(standard, area, Kept::kNotJudged, counts.open));
  }
  return Table("requirements of " + standard + " by area",
               {"area", "", "passed", "failed", "not judged"}, rows, "numbers");
}

std::string ByLevel(const std::string& standard, const Verdicts& verdicts) {
  std::map<schema::Level, Counts> levels;
  for (const RequirementVerdict& verdict : verdicts)
    levels[verdict.requirement->level].Add(verdict.kept);
  std::string rows;
  for (const auto& [level, counts] : levels) {
    const auto cell = [](int count) {
      return Element("td", Class("number"), std::to_string(count));
    };
    rows += TableRow(std::string(schema::ToText(level)), Element("td", Class("bar"), Bar(counts)) +
                                                             cell(counts.All() - counts.open) +
                                                             cell(counts.All()));
  }
  return Table("requirements of " + standard + " by level", {"level", "", "judged", "of"}, rows,
               "numbers");
}

// Coverage is as much worth as what limits it: the reasons, those of most requirements first.
std::string Reasons(const std::string& standard, const Verdicts& verdicts) {
  std::map<std::string, int> reasons;
  int all = 0;
  for (const RequirementVerdict& verdict : verdicts) {
    if (verdict.kept != Kept::kNotJudged) continue;
    ++reasons[verdict.why];
    ++all;
  }
  if (all == 0) return "";
  std::vector<std::pair<int, std::string>> sorted;
  for (const auto& [why, count] : reasons) sorted.emplace_back(-count, why);
  std::sort(sorted.begin(), sorted.end());
  std::string rows;
  for (const auto& [count, why] : sorted)
    rows += TableRow(Text(why, 600), Element("td", Class("number"), std::to_string(-count)));
  return Folded(Class("area"),
                Element("span", Class("mark"), std::to_string(all) + " not judged") +
                    Element("span", Class("name"), "why"),
                Table("why requirements of " + standard + " were not judged",
                      {"because", "requirements"}, rows));
}

std::string ResultLinks(const Report& report, const RequirementVerdict& verdict) {
  std::string links;
  for (size_t i = 0; i < std::min(verdict.results.size(), kLinks); ++i) {
    const size_t result = verdict.results[i];
    links += (i == 0 ? "" : ", ") + Element("a", "href=\"#" + ResultAnchor(result) + "\"",
                                            Text(report.results[result].title, 200));
  }
  if (verdict.results.size() > kLinks)
    links += " and " + std::to_string(verdict.results.size() - kLinks) + " more";
  return links;
}

std::string Item(const Report& report, const RequirementVerdict& verdict) {
  std::string item = RequirementText(verdict.requirement->id);
  if (verdict.kept == Kept::kNotJudged)
    item += "<br>" + Element("span", Class("faint"), "not judged: " + Text(verdict.why, 600));
  if (const std::string links = ResultLinks(report, verdict); !links.empty())
    item += "<br>" + Element("span", Class("faint"), "by " + links);
  return Element("li", "", item) + "\n";
}

std::string OneArea(const Report& report, const std::string& standard, const std::string& area,
                    const Verdicts& verdicts) {
  std::string inner;
  for (const Kept kept : kKinds) {
    std::string items;
    for (const RequirementVerdict& verdict : verdicts) {
      if (verdict.kept == kept) items += Item(report, verdict);
    }
    if (items.empty()) continue;
    inner += Element("p",
                     Class("mark " + std::string(ColourOf(kept))) + " id=\"" +
                         AnchorOf(standard, area, kept) + "\"",
                     std::string(ToText(kept))) +
             Element("ul", Class("requirements"), items);
  }
  const Counts counts = CountsOf(verdicts);
  return Folded(Class("area"),
                Element("span", Class("mark"),
                        std::to_string(counts.passed) + " of " + std::to_string(counts.All())) +
                    Element("span", Class("name"), EscapeXml(area)),
                inner);
}

}  // namespace

std::string RequirementMatrix(const Report& report, const char* standard) {
  const Verdicts verdicts = JudgeRequirements(report, standard);
  if (verdicts.empty()) return "";
  Areas areas;
  for (const RequirementVerdict& verdict : verdicts)
    areas[SubjectMatterOf(*verdict.requirement)].push_back(verdict);
  const Counts counts = CountsOf(verdicts);
  std::string html =
      Element("p", "",
              Plural(counts.All(), "requirement") +
                  " hold for this subject: " + std::to_string(counts.passed) + " passed, " +
                  std::to_string(counts.failed) + " failed, " + std::to_string(counts.open) +
                  " not judged. Each number leads to its "
                  "requirements, and they to the checks that judged them.");
  html += Element("div", Class("beside"), ByLevel(standard, verdicts)) +
          Reasons(standard, verdicts) + ByArea(standard, areas);
  html += Element("h3", "", "Each requirement, by area");
  for (const auto& [area, inside] : areas) html += OneArea(report, standard, area, inside);
  return html;
}

}  // namespace loadline::reports
