// SPDX-License-Identifier: Apache-2.0
// The iron triangle as a section of the compare page, and as a page of its own.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/defences.h"
#include "reports/html_page.h"
#include "reports/parity/bars.h"
#include "reports/parity/evidence_html.h"
#include "reports/parity/properties_html.h"
#include "reports/parity/triangle.h"
#include "reports/parity/triangle_svg.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr size_t kShown = 6;        // rows of a part of a trade; the JSON form has all
constexpr char kWide[] = "trades";  // the kind of the page's tables

std::string Escaped(std::string_view text) { return EscapeXml(std::string(text)); }

std::string Faint(const std::string& text) {
  return Element("span", Class("faint"), EscapeXml(text));
}

std::string Charts(const Comparison& comparison, const Triangle& triangle) {
  std::string figures;
  for (size_t i = 0; i < comparison.names.size(); ++i)
    figures += Element("figure", "",
                       Element("figcaption", "", EscapeXml(comparison.names[i])) +
                           TriangleSvg(triangle, i, comparison.names[i]));
  return Element("div", Class("triangles"), figures);
}

std::string ShareCell(const PropertyCell& cell) {
  if (cell.standing == Standing::kNotAsked)
    return Element("td", Class("unsupported"), Escaped(ToText(cell.standing)));
  return Element("td", "", EscapeXml(ShareText(cell)) + "<br>" + ShareSvg(cell));
}

std::string Shares(const Comparison& comparison, const Triangle& triangle) {
  std::vector<std::string> head{"candidate"};
  for (const TriangleAxis& axis : triangle.axes)
    head.push_back(Element("b", "", Escaped(ToText(axis.axis))) + "<br>" +
                   Element("span", Class("faint"), Escaped(QuestionOf(axis.axis))));
  head.emplace_back("published faults");
  std::string rows;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    std::string cells;
    for (const TriangleAxis& axis : triangle.axes) cells += ShareCell(axis.cells[i]);
    const std::string faults = CountDefences(JudgeDefences(comparison.reports[i]));
    cells += Element("td", "", faults.empty() ? "not asked" : EscapeXml(faults));
    rows += TableRow(EscapeXml(comparison.names[i]), cells);
  }
  return Table("reliability, performance and security of each candidate", head, rows, kWide);
}

// A figure that is the worse one of two is no failure.
std::string SeenCell(const ParityCell& cell, bool better) {
  return Element("td",
                 Class(better        ? "pass"
                       : cell.figure ? "warn"
                                     : "fail"),
                 EscapeXml(SeenText(cell)));
}

std::string CheckOf(const ParityRow& row, size_t number) {
  std::string html =
      Element("a", "href=\"#" + RowAnchor(number) + "\"", Element("code", "", EscapeXml(row.id))) +
      "<br>" + Faint(row.title);
  const std::string faults = FaultsNoticedBy(row.id);
  return faults.empty() ? html : html + " " + Faint("(" + faults + ")");
}

// The rows of a part in which the first candidate is ahead, or behind.
std::string PartRows(const PartDifference& difference, bool ahead, const Pairing& pairing,
                     const std::vector<ParityRow>& rows) {
  const std::vector<size_t>& which = ahead ? difference.ahead : difference.behind;
  const std::string head = std::string(ToText(difference.axis)) + "<br>" + Faint(difference.part);
  const bool both = !difference.Gain() && !difference.Cost();
  const std::string word = both ? (ahead ? "for" : "against") : ahead ? "gain" : "cost";
  std::string html;
  for (size_t i = 0; i < std::min(which.size(), kShown); ++i) {
    const ParityRow& row = rows[which[i]];
    html += TableRow(head, Element("td", "", word) + Element("td", "", CheckOf(row, which[i])) +
                               SeenCell(row.cells[pairing.one], ahead) +
                               SeenCell(row.cells[pairing.other], !ahead));
  }
  if (which.size() > kShown)
    html += TableRow(head, Element("td", "", word) +
                               Element("td", "colspan=\"3\"",
                                       "and " + std::to_string(which.size() - kShown) + " more"));
  return html;
}

std::string PairingHtml(const Pairing& pairing, const Comparison& comparison, bool open) {
  const std::string text = PairingText(pairing, comparison.names);
  std::string rows;
  for (const PartDifference& difference : pairing.differences) {
    rows += PartRows(difference, true, pairing, comparison.rows);
    rows += PartRows(difference, false, pairing, comparison.rows);
  }
  if (rows.empty()) return Element("p", "", EscapeXml(text));
  const std::string table =
      Table(text,
            {"side", "gain or cost", "check", EscapeXml(comparison.names[pairing.one]),
             EscapeXml(comparison.names[pairing.other])},
            rows, kWide);
  return Folded(Class("area") + (open ? " open" : ""),
                Element("span", Class("name"), EscapeXml(text)), table);
}

// Those that are trades, of which the first is unfolded, or the others.
std::string Pairings(const Comparison& comparison, const Triangle& triangle, bool trades) {
  std::string html;
  for (const Pairing& pairing : triangle.pairings) {
    if (pairing.IsTrade() == trades)
      html += PairingHtml(pairing, comparison, trades && html.empty());
  }
  return html;
}

std::string Trades(const Comparison& comparison, const Triangle& triangle) {
  if (triangle.pairings.empty()) return "";
  const std::string html = Pairings(comparison, triangle, true);
  return html.empty() ? Element("p", "", "Nowhere that was seen.") : html;
}

std::string Parts(const Comparison& comparison, const Triangle& triangle) {
  std::vector<std::string> head{"part"};
  for (const std::string& name : comparison.names) head.push_back(EscapeXml(name));
  std::string html;
  for (const TriangleAxis& axis : triangle.axes) {
    std::string rows;
    for (const TrianglePart& part : axis.parts) {
      std::string cells;
      for (const PropertyCell& cell : part.cells) cells += ShareCell(cell);
      rows += TableRow(EscapeXml(part.name), cells);
    }
    if (rows.empty()) continue;
    const std::string name(ToText(axis.axis));
    html += Folded(Class("area"), Element("b", Class("name"), name),
                   Table(name + ", part by part", head, rows, kWide));
  }
  return html;
}

// What the page names: in trades, and what stands against a candidate.
std::set<size_t> RowsNamed(const Triangle& triangle) {
  std::set<size_t> rows;
  for (const Pairing& pairing : triangle.pairings) {
    for (const PartDifference& difference : pairing.differences) {
      rows.insert(difference.ahead.begin(), difference.ahead.end());
      rows.insert(difference.behind.begin(), difference.behind.end());
    }
  }
  for (const TriangleAxis& axis : triangle.axes) {
    for (const PropertyCell& cell : axis.cells)
      rows.insert(cell.against.begin(), cell.against.end());
  }
  return rows;
}

std::string Evidence(const Comparison& comparison, const Triangle& triangle) {
  std::string html;
  for (const size_t number : RowsNamed(triangle)) {
    const ParityRow& row = comparison.rows[number];
    html += RowEvidence(comparison, number, row.HasFigure() ? BarsSvg(row, comparison.names) : "");
  }
  return html;
}

std::string SideBySide(const Comparison& comparison, const Triangle& triangle) {
  return Element("p", Class("faint"),
                 "Shares of the checks that passed, of those that were judged; ratios to the "
                 "native time or memory with their intervals. Nothing is weighed and nothing is "
                 "added up. A gain is a part of one side in which one candidate is ahead wherever "
                 "the two differ: passed where the other failed, or by figures whose intervals are "
                 "apart. What is known to come and go is no evidence.") +
         Charts(comparison, triangle) + Shares(comparison, triangle);
}

// What the page says of the triangle; the compare page has all of it in one section.
std::vector<Section> SectionsOf(const Comparison& comparison, const Triangle& triangle) {
  return {{"triangle", "Side by side", SideBySide(comparison, triangle)},
          {"trades", "Where a gain cost something", Trades(comparison, triangle)},
          {"no-trades", "Where no gain was seen to cost anything on another side",
           Pairings(comparison, triangle, false)},
          {"parts", "Part by part", Parts(comparison, triangle)}};
}

std::string TrianglePage(const Comparison& comparison, const WriterOptions&) {
  const Triangle triangle = TriangleOf(comparison);
  std::string title = "The iron triangle:";
  for (const std::string& name : comparison.names) title += " " + name;
  std::vector<Section> sections = SectionsOf(comparison, triangle);
  sections.push_back({"evidence", "Evidence", Evidence(comparison, triangle)});
  const SharedJson host = comparison.reports.empty() ? nullptr : comparison.reports[0].host;
  sections.push_back({"host", "The host", HostSection(host)});
  return Page(title,
              Element("header", "", Element("h1", "", Text(title, 600))) + SearchBox() +
                  Sections(sections) +
                  Element("footer", "",
                          EscapeXml(comparison.tool.name + " " + comparison.tool.version + " " +
                                    comparison.tool.commit + ", " + comparison.started)));
}

}  // namespace

std::string TriangleHtml(const Comparison& comparison) {
  const Triangle triangle = TriangleOf(comparison);
  if (!triangle.Asked()) return "";
  std::string html;
  for (const Section& section : SectionsOf(comparison, triangle)) {
    if (section.html.empty()) continue;
    html += (html.empty() ? "" : Element("h3", "", section.heading)) + section.html;
  }
  return html;
}

Writer TriangleWriter() {
  return {kTriangle, "reliability, performance and security side by side", nullptr, TrianglePage};
}

}  // namespace loadline::reports
