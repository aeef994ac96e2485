// SPDX-License-Identifier: Apache-2.0
// The parity page: one file that stands alone; every row that says more than "pass" leads to its
// evidence.
#include <map>

#include "reports/conclusion.h"
#include "reports/html_page.h"
#include "reports/page/figure_bars.h"
#include "reports/parity/bars.h"
#include "reports/parity/comparison.h"
#include "reports/parity/evidence_html.h"
#include "reports/parity/properties_html.h"
#include "reports/parity/triangle.h"
#include "reports/plain_text.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

std::vector<std::string> Head(const char* first, const std::vector<std::string>& names) {
  std::vector<std::string> head{first};
  for (const std::string& name : names) head.push_back(Text(name, 100));
  return head;
}

std::string Candidates(const Comparison& comparison) {
  std::string rows;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    const Report& report = comparison.reports[i];
    const Conclusion conclusion = Conclude(report, report.subjects[0]);
    const Summary summary = Summarize(report);
    rows += TableRow(
        Text(comparison.names[i], 200),
        Element("td", Class(std::string(ToText(conclusion.mood))), EscapeXml(conclusion.words)) +
            Element("td", "", Text(report.subjects[0].version, 60)) +
            Element("td", "", Text(report.spec, 60)) +
            Element("td", Class("number"), std::to_string(summary[Verdict::kPass])) +
            Element("td", Class("number"), std::to_string(summary[Verdict::kFail])));
  }
  return Table("the candidates",
               {"candidate", "conclusion", "version", "judged by", "pass", "fail"}, rows);
}

std::string Areas(const Comparison& comparison) {
  std::string rows;
  for (const AreaCount& area : comparison.areas) {
    std::string cells;
    for (const AreaCount::Count& count : area.counts) {
      const bool all = count.passed == count.judged;
      cells += count.judged == 0
                   ? Element("td", Class("faint"), "not judged")
                   : Element("td", Class(all ? "pass" : "fail"),
                             std::to_string(count.passed) + "/" + std::to_string(count.judged));
    }
    rows += TableRow(EscapeXml(area.area), cells);
  }
  return rows.empty()
             ? ""
             : Table("passed of judged, by area", Head("area", comparison.names), rows, "parity");
}

// A chart for each check that measures; its figures stand on the fold.
std::string Figures(const Comparison& comparison) {
  std::string html;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    if (!row.HasFigure()) continue;
    std::string words;
    for (size_t j = 0; j < row.cells.size(); ++j) {
      if (row.cells[j].figure)
        words += (words.empty() ? "" : ", ") + comparison.names[j] + " " + row.cells[j].Word();
    }
    html += Folded(
        "class=\"area\" " + Searchable(WordsOf(row), row.area),
        Element("span", Class("name"),
                Element("span", Class("title"), Text(row.title, 400)) +
                    Element("span", Class("faint"), Text(words, 600))),
        BarsSvg(row, comparison.names) +
            Element("p", "", Element("a", "href=\"#" + RowAnchor(i) + "\"", "its evidence")));
  }
  return html.empty() ? "" : FigureLegend() + html;
}

std::string RowHead(const ParityRow& row, size_t index) {
  const std::string title = Text(row.title, 400);
  return (HasEvidence(row) ? Element("a", "href=\"#" + RowAnchor(index) + "\"", title) : title) +
         Code(row.id, 400);
}

std::string RowsTable(const Comparison& comparison, Agreement agreement, const char* name) {
  std::string rows;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    if (row.agreement != agreement) continue;
    std::string cells = Element("th", "scope=\"row\"", RowHead(row, i));
    for (const ParityCell& cell : row.cells)
      cells += cell.result == nullptr
                   ? Element("td", Class("faint"), "–")
                   : Element("td", Class(ColourOf(cell)), EscapeXml(cell.Word()));
    rows += Element("tr", Searchable(WordsOf(row), row.area), cells) + "\n";
  }
  return rows.empty() ? Element("p", "", "None.")
                      : Table(name, Head("property", comparison.names), rows, "parity");
}

// What is the same for all takes a line, with its one word.
std::string SameForAll(const Comparison& comparison) {
  std::map<std::string, std::pair<int, std::string>> areas;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    if (row.agreement != Agreement::kSame) continue;
    const std::string words = WordsOf(row);
    auto& [count, items] = areas[row.area];
    ++count;
    const bool passed = words == ToText(Verdict::kPass);
    items += Element("li", Searchable(words, row.area),
                     (passed ? "" : Element("b", "", EscapeXml(words)) + " ") + RowHead(row, i)) +
             "\n";
  }
  std::string html;
  for (const auto& [area, inside] : areas)
    html += Folded(Class("area"),
                   Element("span", Class("mark"), Plural(inside.first, "check")) +
                       Element("span", Class("name"), EscapeXml(area)),
                   Element("ul", Class("results"), inside.second));
  return html.empty() ? Element("p", "", "None.") : html;
}

std::string Partly(const Comparison& comparison) {
  const int count = comparison.Count(Agreement::kPartly);
  if (count == 0) return Element("p", "", "None.");
  return Folded(Class("area"),
                Element("span", Class("mark"), Plural(count, "check")) +
                    Element("span", Class("name"), "that some could not be judged by"),
                RowsTable(comparison, Agreement::kPartly, "alike where they were judged"));
}

}  // namespace

std::string ComparisonHtml(const Comparison& comparison, bool) {
  std::string title = "Parity:";
  for (const std::string& name : comparison.names) title += " " + name;
  const SharedJson host = comparison.reports.empty() ? nullptr : comparison.reports[0].host;
  const std::string head = Element("h1", "", Text(title, 600)) +
                           Element("p", Class("reply"), EscapeXml(CountsText(comparison))) +
                           Candidates(comparison);
  const std::string footer = Element(
      "footer", "",
      Text(comparison.tool.name + " " + comparison.tool.version + " " + comparison.tool.commit +
               ", " + comparison.started + ". The JSON form holds all evidence.",
           400));
  return Page(title,
              Element("header", "", head) + SearchBox() +
                  Sections({{"properties", "The four properties", PropertiesHtml(comparison)},
                            {"triangle", "The iron triangle", TriangleHtml(comparison)},
                            {"differences", "Differences",
                             RowsTable(comparison, Agreement::kDiffer, "differences")},
                            {"efficiency", "Efficiency", Figures(comparison)},
                            {"areas", "Passed of judged, by area", Areas(comparison)},
                            {"partly", "Alike where they were judged", Partly(comparison)},
                            {"same", "The same for all", SameForAll(comparison)},
                            {"evidence", "Evidence", EvidenceHtml(comparison)},
                            {"host", "The host", HostSection(host)}}) +
                  footer);
}

}  // namespace loadline::reports
