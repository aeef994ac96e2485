// SPDX-License-Identifier: Apache-2.0
// The kernel's lists are words with a separator. (Without streams, which begin with a locale.)
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace loadline::runtime {

// The parts between separators; an empty one at the end is none.
inline std::vector<std::string> SplitText(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The words between white space.
inline std::vector<std::string> Words(const std::string& text) {
  constexpr const char* kWhite = " \t\n\v\f\r";
  std::vector<std::string> words;
  for (size_t begin = 0; (begin = text.find_first_not_of(kWhite, begin)) != std::string::npos;) {
    const size_t end = std::min(text.find_first_of(kWhite, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace loadline::runtime
