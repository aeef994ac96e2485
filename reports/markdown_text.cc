// SPDX-License-Identifier: Apache-2.0
#include "reports/markdown_text.h"

#include "reports/plain_text.h"

namespace loadline::reports {

std::string MarkdownCell(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>!|~&@";
  std::string cell;
  for (const char c : Shortened(text)) {
    if (kMarkup.find(c) != std::string_view::npos) cell += '\\';
    cell += c;
  }
  return cell;
}

}  // namespace loadline::reports
