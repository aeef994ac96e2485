// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/properties_html.h"

#include <algorithm>

#include "reports/html_page.h"
#include "reports/parity/bars.h"
#include "reports/parity/evidence_html.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr size_t kNamed = 8;  // of what stands against a property

const char* ColourOfStanding(Standing standing) {
  switch (standing) {
    case Standing::kHolds:
      return "pass";
    case Standing::kFails:
      return "fail";
    case Standing::kOpen:
      return "inconclusive";
    case Standing::kNotAsked:
      break;
  }
  return "unsupported";
}

std::string Escaped(std::string_view text) { return EscapeXml(std::string(text)); }

std::string CellHtml(const PropertyCell& cell) {
  if (cell.standing == Standing::kNotAsked)
    return Element("td", Class(ColourOfStanding(cell.standing)), Escaped(ToText(cell.standing)));
  const std::string text = ToText(cell);
  const size_t word = ToText(cell.standing).size();
  std::string inner = Element("b", "", EscapeXml(text.substr(0, word))) +
                      Element("span", Class("faint"), EscapeXml(text.substr(word)));
  if (cell.left > 0)
    inner += "<br>" +
             Element("span", Class("faint"), std::to_string(cell.left) + " could not be judged");
  return Element("td", Class(ColourOfStanding(cell.standing)), inner + "<br>" + ShareSvg(cell));
}

// A column per property, so that any number of candidates fits.
std::string PropertyTable(const Comparison& comparison) {
  std::vector<std::string> head{"candidate"};
  for (const PropertyRow& row : comparison.properties)
    head.push_back(Element("b", "", Escaped(row.property->name)) + "<br>" +
                   Element("span", Class("faint"), Escaped(row.property->question)));
  std::string rows;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    std::string cells;
    for (const PropertyRow& row : comparison.properties) cells += CellHtml(row.cells[i]);
    rows += TableRow(Text(comparison.names[i], 100), cells);
  }
  return Table("the four properties", head, rows);
}

// The first few, each leading to its evidence.
std::string Against(const PropertyCell& cell, const std::vector<ParityRow>& rows) {
  std::string list;
  for (size_t i = 0; i < std::min(cell.against.size(), kNamed); ++i) {
    const size_t row = cell.against[i];
    list += (i == 0 ? "" : ", ") + Element("a", "href=\"#" + RowAnchor(row) + "\"",
                                           Element("code", "", EscapeXml(rows[row].id)));
  }
  if (cell.against.size() > kNamed)
    list += " and " + std::to_string(cell.against.size() - kNamed) + " more";
  return list;
}

std::string AllAgainst(const Comparison& comparison) {
  std::string rows;
  for (const PropertyRow& row : comparison.properties) {
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].against.empty()) continue;
      rows += Row(comparison.names[i] + ", " + std::string(row.property->name),
                  Against(row.cells[i], comparison.rows));
    }
  }
  if (rows.empty()) return "";
  return Folded(Class("area"), Element("span", Class("name"), "What stands against them"),
                Element("dl", "", rows));
}

std::string Charts(const Comparison& comparison) {
  std::string html;
  for (const PropertyRow& row : comparison.properties) {
    ParityRow together;
    together.title = std::string(row.property->name) + ", all workloads together";
    for (const PropertyCell& cell : row.cells) together.cells.push_back({nullptr, cell.overall});
    if (!together.HasFigure()) continue;
    html += Element("h3", "", EscapeXml(together.title)) + BarsSvg(together, comparison.names);
  }
  return html;
}

}  // namespace

std::string PropertiesHtml(const Comparison& comparison) {
  const bool any = std::any_of(
      comparison.properties.begin(), comparison.properties.end(), [](const PropertyRow& row) {
        return std::any_of(row.cells.begin(), row.cells.end(), [](const PropertyCell& cell) {
          return cell.standing != Standing::kNotAsked;
        });
      });
  if (!any) return "";
  return Element("p", Class("faint"),
                 "What Popek and Goldberg ask of a virtual machine monitor. A property holds when "
                 "nothing that was judged stands against it; what noise hides leaves it open.") +
         PropertyTable(comparison) + AllAgainst(comparison) + Charts(comparison);
}

}  // namespace loadline::reports
