// SPDX-License-Identifier: Apache-2.0
#include "reports/page/figure_bars.h"

#include <map>

#include "reports/html_page.h"
#include "reports/parity/bars.h"
#include "reports/xml.h"

namespace loadline::reports {

std::string FigureLegend() {
  return Element("p", Class("faint"),
                 "How many times the native time or memory: the median of pairs and its 95 % "
                 "interval, on a logarithmic axis. The band is the margin within which it counts "
                 "as the native one; it was fixed beforehand.");
}

std::string FigureBars(const Report& report) {
  std::map<std::string, std::vector<FigureBar>> areas;
  for (const CheckResult& result : report.results) {
    if (const auto figure = FigureOf(result))
      areas[AreaOf(result.id)].push_back({result.title, figure, ""});
  }
  if (areas.empty()) return "";
  std::string html = FigureLegend();
  for (const auto& [area, bars] : areas)
    html += Element("h3", "", EscapeXml(area)) + BarsSvg(area, bars);
  return html;
}

}  // namespace loadline::reports
