// SPDX-License-Identifier: Apache-2.0
#include "reports/html_page.h"

#include <nlohmann/json.hpp>
#include <span>

#include "base/embedded.h"
#include "reports/xml.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> report_pages();
}

namespace loadline::reports {
namespace {

constexpr size_t kDocumentCap = 32
                                << 10;  // bytes of one observation or evidence that the page shows

}  // namespace

std::string Element(const char* name, const std::string& attributes, const std::string& inner) {
  return "<" + std::string(name) + (attributes.empty() ? "" : " " + attributes) + ">" + inner +
         "</" + name + ">";
}

std::string Class(const std::string& name) { return "class=\"" + name + "\""; }

std::string Row(const std::string& term, const std::string& inner) {
  return Element("dt", "", EscapeXml(term)) + Element("dd", "", inner);
}

std::string Document(const char* heading, const SharedJson& document) {
  if (!document) return "";
  std::string text = document->dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() > kDocumentCap) {
    text.resize(kDocumentCap);
    text += "\n… (the JSON report holds the rest)";
  }
  return Element("details", "",
                 Element("summary", "", heading) + Element("pre", "", EscapeXmlContent(text)));
}

std::string HostSection(const SharedJson& host) {
  if (!host || !host->is_object() || host->empty()) return "";
  std::string rows;
  for (const auto& [key, value] : host->items()) {
    const std::string text =
        value.is_string() ? value.get<std::string>()
                          : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    rows += Row(key, EscapeXml(text));
  }
  return Element("h2", "", "The host") + Element("dl", "", rows);
}

std::string Page(const std::string& title, const std::string& body) {
  std::string style;
  for (const EmbeddedFile& file : embedded::report_pages()) style += file.content;
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         Element("title", "", EscapeXml(title)) + "\n" + Element("style", "", "\n" + style) +
         "\n</head>\n<body>\n" + Element("main", "", body) + "\n</body>\n</html>\n";
}

}  // namespace loadline::reports
