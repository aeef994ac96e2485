// SPDX-License-Identifier: Apache-2.0
#include "reports/xml.h"

#include <algorithm>
#include <cstdio>

#include "reports/characters.h"

namespace loadline::reports {
namespace {

// What XML 1.0 takes, and shows nothing itself, so that a page would not show what it seems to.
std::string Shown(char32_t point) {
  char text[24];
  std::snprintf(text, sizeof text, "\u27E8U+%04X\u27E9", static_cast<unsigned>(point));
  return text;
}

// Of XML 1.0; the first characters are ASCII's controls.
bool IsForbidden(const Character& character) {
  const char32_t point = character.point;
  return character.length == 0 || (point < 0x20 && point != '\t' && point != '\n' && point != '\r');
}

std::string Escape(std::string_view text, bool quotes) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const size_t length = std::max<size_t>(character.length, 1);
    if (IsForbidden(character)) {
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
      case '\t':
      case '\n':
      case '\r':
        escaped += text[0];
        break;
      default:
        escaped += IsUnseen(character.point) ? Shown(character.point)
                                             : std::string(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return escaped;
}

}  // namespace

std::string EscapeXml(std::string_view text) { return Escape(text, true); }
std::string EscapeXmlContent(std::string_view text) { return Escape(text, false); }

}  // namespace loadline::reports
