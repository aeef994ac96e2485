// SPDX-License-Identifier: Apache-2.0
#include "reports/characters.h"

#include <algorithm>
#include <iterator>

namespace loadline::reports {
namespace {

// The least character of each length: a longer sequence than needed is ill-formed.
constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};

size_t LengthBy(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

}  // namespace

Character FirstCharacter(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t length = LengthBy(first);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {first, 1};
  char32_t point = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0u) != 0x80u) return {};
    point = (point << 6) | (byte & 0x3Fu);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast[length] || point > 0x10FFFF || surrogate) return {};
  return {point, length};
}

bool IsUnseen(char32_t point) {
  if (point >= 0x20 && point < 0x7F) return false;  // most are of these
  constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x061C, 0x061C},
      {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
      {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
  return (point & 0xFFFE) == 0xFFFE ||
         std::any_of(std::begin(kRanges), std::end(kRanges), [point](const auto& range) {
           return point >= range.first && point <= range.second;
         });
}

}  // namespace loadline::reports
