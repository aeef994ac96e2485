// SPDX-License-Identifier: Apache-2.0
#include "validator/json/utf8.h"

#include <cstdint>
#include <cstring>

namespace loadline::validator {
namespace {

// For each first byte: how many follow, and between which values the second lies.
struct Sequence {
  unsigned char first_low, first_high;
  int following;
  unsigned char second_low, second_high;
};

constexpr Sequence kSequences[] = {{0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
                                   {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F},
                                   {0xEE, 0xEF, 2, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x90, 0xBF},
                                   {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F}};

// The length of the well-formed sequence at the start, 0 when there is none.
size_t LengthAt(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) == 0 ? 0 : 1;
  for (const Sequence& sequence : kSequences) {
    if (byte(0) < sequence.first_low || byte(0) > sequence.first_high) continue;
    const size_t length = static_cast<size_t>(sequence.following) + 1;
    if (text.size() < length || byte(1) < sequence.second_low || byte(1) > sequence.second_high)
      return 0;
    for (size_t i = 2; i < length; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    return length;
  }
  return 0;
}

}  // namespace

std::optional<size_t> FindBadUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    // Eight characters of ASCII at once, as long as none is NUL.
    uint64_t eight = 0;
    if (at + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      const uint64_t has_nul = (eight - 0x0101010101010101) & ~eight & 0x8080808080808080;
      if ((eight & 0x8080808080808080) == 0 && has_nul == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const size_t length = LengthAt(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

}  // namespace loadline::validator
