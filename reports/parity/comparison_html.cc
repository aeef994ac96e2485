// SPDX-License-Identifier: Apache-2.0
// The parity page: one file that stands alone, without scripts; every cell leads to its evidence.
#include <map>
#include <nlohmann/json.hpp>

#include "reports/conclusion.h"
#include "reports/html_page.h"
#include "reports/parity/bars.h"
#include "reports/parity/comparison.h"
#include "reports/parity/properties_html.h"
#include "reports/parity/triangle.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

std::string Colour(const ParityCell& cell) {
  if (cell.result == nullptr) return "unsupported";
  const std::string word = cell.Word();
  if (word == "equivalent" || word == "better") return "pass";
  if (word == "worse") return "warn";
  return std::string(ToText(cell.result->verdict));
}

std::string CellHtml(const ParityCell& cell, size_t row) {
  if (cell.result == nullptr) return Element("td", "", "–");
  return Element("td", Class(Colour(cell)),
                 Element("a", "href=\"#" + RowAnchor(row) + "\"", EscapeXml(cell.Word())));
}

std::string HeadRow(const std::vector<std::string>& names, const char* first) {
  std::string cells = Element("th", "scope=\"col\"", first);
  for (const std::string& name : names) cells += Element("th", "scope=\"col\"", EscapeXml(name));
  return Element("thead", "", Element("tr", "", cells));
}

std::string Table(const std::string& head, const std::string& rows) {
  return Element("div", Class("wide"), Element("table", "", head + Element("tbody", "", rows)));
}

std::string Candidates(const Comparison& comparison) {
  std::string rows;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    const Report& report = comparison.reports[i];
    const Conclusion conclusion = Conclude(report, report.subjects[0]);
    const Summary summary = Summarize(report);
    rows += Element("tr", "",
                    Element("th", "scope=\"row\"", EscapeXml(comparison.names[i])) +
                        Element("td", "", EscapeXml(report.subjects[0].version)) +
                        Element("td", "", EscapeXml(report.spec)) +
                        Element("td", "", std::to_string(summary[Verdict::kPass])) +
                        Element("td", "", std::to_string(summary[Verdict::kFail])) +
                        Element("td", Class(std::string(ToText(conclusion.mood))),
                                EscapeXml(conclusion.words)));
  }
  return Table(HeadRow({"version", "judged by", "pass", "fail", "conclusion"}, "candidate"), rows);
}

std::string Areas(const Comparison& comparison) {
  std::string rows;
  for (const AreaCount& area : comparison.areas) {
    std::string cells = Element("th", "scope=\"row\"", EscapeXml(area.area));
    for (const AreaCount::Count& count : area.counts) {
      const bool all = count.passed == count.judged;
      cells += count.judged == 0
                   ? Element("td", Class("unsupported"), "not judged")
                   : Element("td", Class(all ? "pass" : "fail"),
                             std::to_string(count.passed) + "/" + std::to_string(count.judged));
    }
    rows += Element("tr", "", cells);
  }
  return Element("h2", "", "Passed of judged, by area") +
         Table(HeadRow(comparison.names, "area"), rows);
}

std::string Figures(const Comparison& comparison) {
  std::string html;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    if (!row.HasFigure()) continue;
    html += Element("h3", "", Element("a", "href=\"#" + RowAnchor(i) + "\"", EscapeXml(row.title)));
    html += BarsSvg(row, comparison.names);
  }
  if (html.empty()) return html;
  return Element("h2", "", "Efficiency") +
         Element(
             "p", Class("faint"),
             "Times the native time, or memory: the median of pairs and its 95 % interval, on a "
             "logarithmic axis. The band is the margin within which a time counts as the "
             "native one; it was fixed beforehand.") +
         html;
}

std::string Rows(const Comparison& comparison, Agreement agreement) {
  std::string rows;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    if (row.agreement != agreement) continue;
    std::string cells = Element("th", "scope=\"row\"",
                                Element("code", "", EscapeXml(row.id)) + "<br>" +
                                    Element("span", Class("faint"), EscapeXml(row.title)));
    for (const ParityCell& cell : row.cells) cells += CellHtml(cell, i);
    rows += Element("tr", "", cells);
  }
  return rows.empty() ? Element("p", "", "None.")
                      : Table(HeadRow(comparison.names, "property"), rows);
}

std::string Folded(const char* heading, const std::string& inner) {
  return Element("details", Class("area"),
                 Element("summary", "", Element("b", "", heading)) + Element("div", "", inner));
}

// What passed, and is no figure, says so and no more: the JSON form has its evidence.
std::string CellEvidence(const ParityCell& cell, const std::string& name) {
  if (cell.result == nullptr) return "";
  const CheckResult& result = *cell.result;
  const std::string head = EscapeXml(name) + ": " +
                           Element("span", Class("mark " + Colour(cell)), EscapeXml(cell.Word()));
  if (result.verdict == Verdict::kPass && !cell.figure) return Element("p", "", head);
  std::string rows;
  if (!result.message.empty()) rows += Row("seen", EscapeXml(result.message));
  if (!result.reason.empty()) rows += Row("expected, because", EscapeXml(result.reason));
  return Element("h3", "", head) + (rows.empty() ? "" : Element("dl", "", rows)) +
         Document("evidence", result.evidence);
}

std::string Evidence(const Comparison& comparison) {
  std::string html;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const ParityRow& row = comparison.rows[i];
    std::string inner = Element("p", "", EscapeXml(row.title));
    for (const std::string& id : row.requirements)
      inner += Element("p", Class("faint"), Element("code", "", EscapeXml(id)));
    for (size_t j = 0; j < row.cells.size(); ++j)
      inner += CellEvidence(row.cells[j], comparison.names[j]);
    inner += Element(
        "p", "",
        "reproduce: " +
            Element("code", "", EscapeXml("loadline certify CANDIDATE --only '" + row.id + "'")));
    html += Element(
        "details", "id=\"" + RowAnchor(i) + "\"",
        Element("summary", "", Element("code", "", EscapeXml(row.id))) + Element("div", "", inner));
  }
  return Element("h2", "", "Evidence") + html;
}

}  // namespace

std::string ComparisonHtml(const Comparison& comparison, bool) {
  std::string title = "Parity:";
  for (const std::string& name : comparison.names) title += " " + name;
  const SharedJson host = comparison.reports.empty() ? nullptr : comparison.reports[0].host;
  const std::string triangle = TriangleHtml(comparison);
  return Page(title,
              Element("h1", "", EscapeXml(title)) + Element("p", "", CountsText(comparison)) +
                  Candidates(comparison) + PropertiesHtml(comparison) +
                  (triangle.empty() ? "" : Element("h2", "", "The iron triangle")) + triangle +
                  Element("h2", "", "Differences") + Rows(comparison, Agreement::kDiffer) +
                  Figures(comparison) + Areas(comparison) + Element("h2", "", "No differences") +
                  Folded("Alike where they were judged", Rows(comparison, Agreement::kPartly)) +
                  Folded("The same for all", Rows(comparison, Agreement::kSame)) +
                  Evidence(comparison) + HostSection(host) +
                  Element("footer", "",
                          EscapeXml(comparison.tool.name + " " + comparison.tool.version + " " +
                                    comparison.tool.commit + ", " + comparison.started)));
}

}  // namespace loadline::reports
