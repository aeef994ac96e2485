// SPDX-License-Identifier: Apache-2.0
#include "reports/plain_text.h"

#include "reports/characters.h"

namespace loadline::reports {

std::string OneLine(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (text[0] == '\n' || text[0] == '\t') {
      line += ' ';
    } else if (character.length == 0 || IsUnseen(character.point)) {
      line += '?';
    } else {
      line += text.substr(0, character.length);
    }
    text.remove_prefix(std::max<size_t>(character.length, 1));
  }
  return line;
}

std::string Shortened(std::string_view message, size_t most) {
  if (message.size() <= most) return OneLine(message);
  const auto inside = [&](size_t at) { return (message[at] & 0xc0) == 0x80; };  // of a character
  size_t head = most / 2;
  size_t tail = message.size() - most / 2;
  // No character is longer than four bytes; what goes on for longer is none.
  for (int i = 0; i < 3 && inside(head); ++i) --head;
  for (int i = 0; i < 3 && tail < message.size() && inside(tail); ++i) ++tail;
  return OneLine(message.substr(0, head)) + "…" + OneLine(message.substr(tail));
}

std::string Plural(int count, const char* noun) {
  std::string word = noun;
  if (count != 1 && word.ends_with('y')) word.replace(word.size() - 1, 1, "ie");
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace loadline::reports
