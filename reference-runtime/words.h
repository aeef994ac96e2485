// SPDX-License-Identifier: Apache-2.0
// The kernel's lists are words with a separator.
#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace loadline::runtime {

// The parts between separators; an empty one at the end is none.
inline std::vector<std::string> SplitText(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// The words between white space.
inline std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace loadline::runtime
