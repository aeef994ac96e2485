// SPDX-License-Identifier: Apache-2.0
#include "reports/plain_text.h"

namespace loadline::reports {

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else {
      line += c == '\n' || c == '\t' ? ' ' : '?';
    }
  }
  return line;
}

std::string Shortened(std::string_view message) {
  constexpr size_t kMost = 400;
  if (message.size() <= kMost) return OneLine(message);
  const auto inside = [&](size_t at) { return (message[at] & 0xc0) == 0x80; };  // of a character
  size_t head = kMost / 2;
  size_t tail = message.size() - kMost / 2;
  while (head > 0 && inside(head)) --head;
  while (tail < message.size() && inside(tail)) ++tail;
  return OneLine(message.substr(0, head)) + "…" + OneLine(message.substr(tail));
}

std::string Plural(int count, const char* noun) {
  std::string word = noun;
  if (count != 1 && word.ends_with('y')) word.replace(word.size() - 1, 1, "ie");
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace loadline::reports
