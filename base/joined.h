// SPDX-License-Identifier: Apache-2.0
// Words in one text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadline {

// The words one behind the other, with `between` between every two.
inline std::string Joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += between;
    text += words[i];
  }
  return text;
}

}  // namespace loadline
