// SPDX-License-Identifier: Apache-2.0
#include "reports/xml.h"

#include <algorithm>

#include "reports/characters.h"

namespace loadline::reports {
namespace {

// Whether XML 1.0 takes it, and a page shows what it seems to show.
bool IsPlain(const Character& character) {
  const char32_t point = character.point;
  if (point == '\t' || point == '\n' || point == '\r') return character.length > 0;
  return character.length > 0 && !IsUnseen(point);
}

std::string Escape(std::string_view text, bool quotes) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const size_t length = std::max<size_t>(character.length, 1);
    if (!IsPlain(character)) {
      escaped += "\xEF\xBF\xBD";
      text.remove_prefix(length);
      continue;
    }
    switch (text[0]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += quotes ? "&quot;" : "\"";
        break;
      case '\'':
        escaped += quotes ? "&#39;" : "'";
        break;
      default:
        escaped += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return escaped;
}

}  // namespace

std::string EscapeXml(std::string_view text) { return Escape(text, true); }
std::string EscapeXmlContent(std::string_view text) { return Escape(text, false); }

}  // namespace loadline::reports
