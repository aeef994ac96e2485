// SPDX-License-Identifier: Apache-2.0
// Foreign text in Markdown.
#pragma once

#include <string>
#include <string_view>

namespace loadline::reports {

// One line of which nothing becomes markup, for a cell of a table or a line of text.
std::string MarkdownCell(std::string_view text);

}  // namespace loadline::reports
