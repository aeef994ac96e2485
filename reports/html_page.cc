// SPDX-License-Identifier: Apache-2.0
#include "reports/html_page.h"

#include <cstdio>
#include <span>

#include "base/embedded.h"
#include "reports/page/content_policy.h"
#include "reports/page/json_text.h"
#include "reports/xml.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> report_pages();
}

namespace loadline::reports {
namespace {

// The embedded files whose names end so, one after the other.
std::string AllOf(std::string_view ending) {
  std::string text;
  for (const EmbeddedFile& file : embedded::report_pages()) {
    if (file.path.ends_with(ending)) text += file.content;
  }
  return text;
}

struct Frame {
  std::string style = AllOf(".css");
  std::string script = AllOf(".js");
  std::string policy = ContentPolicy(style, script);
};

std::string Percent(double part) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%", 100 * part);
  return text;
}

bool InsideCharacter(std::string_view text, size_t at) {
  return (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u;
}

}  // namespace

std::string Element(const char* name, const std::string& attributes, const std::string& inner) {
  return "<" + std::string(name) + (attributes.empty() ? "" : " " + attributes) + ">" + inner +
         "</" + name + ">";
}

std::string Class(const std::string& name) { return "class=\"" + name + "\""; }

std::string Row(const std::string& term, const std::string& inner) {
  return Element("dt", "", EscapeXml(term)) + Element("dd", "", inner);
}

std::string Text(std::string_view text, size_t most) {
  if (text.size() <= most) return EscapeXmlContent(text);
  size_t head = most / 2;
  size_t tail = text.size() - most / 2;
  while (head > 0 && InsideCharacter(text, head)) --head;
  while (tail < text.size() && InsideCharacter(text, tail)) ++tail;
  return EscapeXmlContent(text.substr(0, head)) +
         Element("span", Class("faint"),
                 " … " + std::to_string(tail - head) + " bytes are left out … ") +
         EscapeXmlContent(text.substr(tail));
}

std::string Code(std::string_view text, size_t most) {
  return Element("code", "", Text(text, most));
}

std::string Table(std::string_view name, const std::vector<std::string>& head,
                  const std::string& rows, const char* kind) {
  std::string cells;
  for (const std::string& heading : head)
    cells += heading.empty() ? Element("td", "", "") : Element("th", "scope=\"col\"", heading);
  // Who has no pointer scrolls by keys, so it can have the focus.
  const std::string region = "class=\"wide " + std::string(kind) +
                             "\" role=\"region\" tabindex=\"0\" aria-label=\"" + EscapeXml(name) +
                             "\"";
  return Element(
      "div", region,
      Element("table", "",
              Element("thead", "", Element("tr", "", cells)) + Element("tbody", "", rows)));
}

std::string TableRow(const std::string& head, const std::string& cells) {
  return Element("tr", "", Element("th", "scope=\"row\"", head) + cells);
}

std::string Folded(const std::string& attributes, const std::string& summary,
                   const std::string& inner) {
  return Element("details", attributes,
                 Element("summary", "", summary) + Element("div", "", inner)) +
         "\n";
}

std::string Document(const char* heading, const SharedJson& document, size_t most) {
  if (!document || document->empty()) return "";
  return Element("details", Class("document"),
                 Element("summary", "", heading) +
                     Element("pre", "tabindex=\"0\"", EscapeXmlContent(JsonText(*document, most))));
}

std::string ShareBar(std::string_view label, const std::vector<Share>& shares) {
  int all = 0;
  for (const Share& share : shares) all += share.count;
  std::string svg = Element("title", "", EscapeXml(label));
  double x = 0;
  for (const Share& share : shares) {
    if (share.count == 0) continue;
    const double width = static_cast<double>(share.count) / all;
    svg += "<rect class=\"" + std::string(share.colour) + "\" x=\"" + Percent(x) + "\" width=\"" +
           Percent(width) + "\" height=\"100%\"/>";
    x += width;
  }
  return Element("svg", "class=\"share\" role=\"img\"", svg);
}

std::string Sections(const std::vector<Section>& sections) {
  std::string links;
  std::string html;
  for (const Section& section : sections) {
    if (section.html.empty()) continue;
    const std::string heading = Text(section.heading, 200);
    links += Element("li", "", Element("a", "href=\"#" + section.id + "\"", heading));
    html += Element("section", "id=\"" + section.id + "\"",
                    Element("h2", "", heading) + "\n" + section.html) +
            "\n";
  }
  return Element("nav", "aria-label=\"On this page\"", Element("ul", "", links)) + "\n" + html;
}

std::string SearchBox() {
  const auto field = [](const char* name, const char* what) {
    return Element("label", "", std::string(name) + " " + what);
  };
  return Element(
      "div", "class=\"search\" role=\"search\" hidden",
      field("word", "<input type=\"search\" autocomplete=\"off\">") +
          field("verdict", "<select data-by=\"verdict\"><option value=\"\">any</option></select>") +
          field("area", "<select data-by=\"area\"><option value=\"\">any</option></select>") +
          Element("output", "", ""));
}

std::string Searchable(std::string_view verdicts, std::string_view area) {
  return "data-verdict=\"" + EscapeXml(verdicts) + "\" data-area=\"" + EscapeXml(area) + "\"";
}

std::string Page(const std::string& title, const std::string& body) {
  static const Frame frame;
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
         frame.policy +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n" +
         Element("title", "", Text(title, 200)) + "\n" + Element("style", "", frame.style) +
         "\n</head>\n<body>\n" + Element("main", "", body) + "\n" +
         Element("script", "", frame.script) + "\n</body>\n</html>\n";
}

}  // namespace loadline::reports
