// SPDX-License-Identifier: Apache-2.0
#include "reports/xml.h"

#include <cstdio>
#include <utility>

namespace loadline::reports {
namespace {

// The length of the well-formed UTF-8 sequence that begins here, 0 if there is none that XML
// allows.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    const unsigned point = ((first & 0x0Fu) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point < 0x800 || surrogate || point >= 0xFFFE ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    const unsigned point = ((first & 0x07u) << 18) | ((byte(1) & 0x3Fu) << 12);
    return point < 0x10000 || point > 0x10FFFF ? 0 : 4;
  }
  return 0;
}

// Of a well-formed sequence of three bytes or two, 0 for others.
unsigned CodePoint(std::string_view sequence) {
  const auto bits = [&](size_t i, unsigned mask) {
    return static_cast<unsigned char>(sequence[i]) & mask;
  };
  if (sequence.size() == 2) return bits(0, 0x1F) << 6 | bits(1, 0x3F);
  if (sequence.size() == 3) return bits(0, 0x0F) << 12 | bits(1, 0x3F) << 6 | bits(2, 0x3F);
  return 0;
}

// Characters without a shape: with them a name can be made to look like another, or a text to run
// backwards.
bool IsUnseen(unsigned point) {
  constexpr std::pair<unsigned, unsigned> kUnseen[] = {
      {0x80, 0x9F},      // further control characters
      {0xAD, 0xAD},      // a hyphen that is not there
      {0x61C, 0x61C},    // a mark of Arabic letters
      {0x200B, 0x200F},  // no width, joiners, marks of direction
      {0x2028, 0x202E},  // ends of lines; embeddings and overrides of direction
      {0x2060, 0x206F},  // isolates of direction, invisible operators
      {0xFEFF, 0xFEFF}};
  for (const auto& [first, last] : kUnseen) {
    if (point >= first && point <= last) return true;
  }
  return false;
}

std::string Shown(unsigned point) {
  char text[24];
  std::snprintf(text, sizeof text, "\u27E8U+%04X\u27E9", point);
  return text;
}

std::string Escape(std::string_view text, bool quotes) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) {
      escaped += "\xEF\xBF\xBD";
      text.remove_prefix(1);
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
        if (const unsigned point = CodePoint(text.substr(0, length)); IsUnseen(point)) {
          escaped += Shown(point);
        } else {
          escaped += text.substr(0, length);
        }
    }
    text.remove_prefix(length);
  }
  return escaped;
}

}  // namespace

std::string EscapeXml(std::string_view text) { return Escape(text, true); }
std::string EscapeXmlContent(std::string_view text) { return Escape(text, false); }

}  // namespace loadline::reports
