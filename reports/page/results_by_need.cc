// SPDX-License-Identifier: Apache-2.0
#include "reports/page/results_by_need.h"

#include <algorithm>
#include <map>

#include "reports/page/result_block.h"
#include "reports/plain_text.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr int kOpen = 12;  // blocks that stand open: more would hide what comes after them

std::string Blocks(const Report& report, bool (*belongs)(const CheckResult&), int open) {
  std::string html;
  for (size_t i = 0; i < report.results.size(); ++i) {
    if (belongs(report.results[i])) html += ResultBlock(report, i, open-- > 0);
  }
  return html;
}

bool IsUnexpected(const CheckResult& result) { return result.Unexpected(); }

// An expected error of ours is one, too.
bool IsKnown(const CheckResult& result) {
  const bool counts = Judges(result.verdict) || result.verdict == Verdict::kError;
  return counts && result.verdict != Verdict::kPass && !result.Unexpected();
}

bool IsUnjudged(const CheckResult& result) {
  return !Judges(result.verdict) && result.verdict != Verdict::kError;
}

// Places of results under a heading.
using Groups = std::map<std::string, std::vector<size_t>>;

// Those of most results first.
std::vector<std::pair<std::string, std::vector<size_t>>> BySize(const Groups& groups) {
  std::vector<std::pair<std::string, std::vector<size_t>>> sorted(groups.begin(), groups.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  return sorted;
}

std::string List(const Report& report, const std::vector<size_t>& results) {
  std::string items;
  for (const size_t i : results) items += ResultLine(report, i);
  return Element("ul", Class("results"), items);
}

}  // namespace

std::string UnexpectedResults(const Report& report) { return Blocks(report, IsUnexpected, kOpen); }

std::string KnownResults(const Report& report) { return Blocks(report, IsKnown, 0); }

std::string UnjudgedResults(const Report& report) {
  Groups groups;
  for (size_t i = 0; i < report.results.size(); ++i) {
    const CheckResult& result = report.results[i];
    if (!IsUnjudged(result)) continue;
    groups[std::string(ToText(result.verdict)) + "\n" + result.message].push_back(i);
  }
  std::string html;
  for (const auto& [key, results] : BySize(groups)) {
    const size_t end = key.find('\n');
    const std::string verdict = key.substr(0, end);
    const std::string why = key.size() > end + 1 ? key.substr(end + 1) : "no reason was given";
    html += Folded(Class("area"),
                   Element("span", Class("mark " + verdict), verdict) +
                       Element("span", Class("name"),
                               Text(why, 600) + " " +
                                   Element("span", Class("faint"),
                                           Plural(static_cast<int>(results.size()), "check"))),
                   List(report, results));
  }
  return html;
}

std::string PassedResults(const Report& report) {
  Groups passed;
  std::map<std::string, size_t> all;
  for (size_t i = 0; i < report.results.size(); ++i) {
    const std::string area = AreaOf(report.results[i].id);
    ++all[area];
    if (report.results[i].verdict == Verdict::kPass && !report.results[i].Unexpected())
      passed[area].push_back(i);
  }
  std::string html;
  for (const auto& [area, results] : passed) {
    const bool whole = results.size() == all[area];
    const std::string count =
        std::to_string(results.size()) + (whole ? "" : " of " + std::to_string(all[area]));
    html += Folded(Class("area"),
                   Element("span", Class(whole ? "mark pass" : "mark"), count + " passed") +
                       Element("span", Class("name"), Text(area, 200)),
                   List(report, results));
  }
  return html;
}

}  // namespace loadline::reports
