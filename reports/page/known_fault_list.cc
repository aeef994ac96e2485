// SPDX-License-Identifier: Apache-2.0
#include "reports/page/known_fault_list.h"

#include <map>

#include "reports/defences.h"
#include "reports/html_page.h"
#include "reports/page/result_block.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

using Places = std::map<std::string_view, size_t>;  // of results, by id

std::string OneFault(const Defence& defence, const Places& places) {
  std::string item =
      Element("b", "", EscapeXml(defence.fault->id)) + " " + Text(defence.fault->title);
  std::string links;
  for (const std::string& id : defence.results) {
    const auto place = places.find(id);
    links += (links.empty() ? "" : ", ") +
             (place == places.end()
                  ? Code(id)
                  : Element("a", "href=\"#" + ResultAnchor(place->second) + "\"", Code(id)));
  }
  if (!links.empty()) item += "<br>" + Element("span", Class("faint"), "shown by " + links);
  return Element("li", "", item) + "\n";
}

}  // namespace

std::string KnownFaultList(const Report& report) {
  const std::vector<Defence> defences = JudgeDefences(report);
  if (defences.empty()) return "";
  Places places;
  for (size_t i = 0; i < report.results.size(); ++i) places[report.results[i].id] = i;
  std::map<Stand, std::string> items;
  std::map<Stand, int> counts;
  for (const Defence& defence : defences) {
    items[defence.stand] += OneFault(defence, places);
    ++counts[defence.stand];
  }
  std::string html = Element("p", "", CountDefences(defences) + ".");
  if (counts[Stand::kDoesNotDefend] > 0)
    html += Element("h3", Class("fail"), "It does not defend against") +
            Element("ul", Class("faults"), items[Stand::kDoesNotDefend]);
  const auto folded = [&](Stand stand, const char* colour, const char* what) {
    if (counts[stand] == 0) return std::string();
    return Folded(
        Class("area"),
        Element("span", Class(std::string("mark ") + colour), std::to_string(counts[stand])) +
            Element("span", Class("name"), what),
        Element("ul", Class("faults"), items[stand]));
  };
  return html + folded(Stand::kCannotBeShown, "environment", "cannot be shown here") +
         folded(Stand::kDefends, "pass", "it defends against");
}

}  // namespace loadline::reports
