// SPDX-License-Identifier: Apache-2.0
// Characters of foreign text, which need not be UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace loadline::reports {

struct Character {
  char32_t point = 0;
  size_t length = 0;  // in bytes; 0: no well-formed UTF-8 begins here
};

// The first character of a text that is not empty.
Character FirstCharacter(std::string_view text);

// Whether a character shows nothing itself and changes what is shown around it: controls (of C1
// too, which terminals obey), those without width, those that turn the direction of writing, line
// separators, tags; and what Unicode says is no character.
bool IsUnseen(char32_t point);

}  // namespace loadline::reports
