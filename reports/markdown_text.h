// SPDX-License-Identifier: Apache-2.0
// Foreign text in Markdown (CommonMark with the tables and links of GitHub and GitLab).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

// In a line or a cell of a table: nothing of it becomes markup, a link or a mention of somebody.
std::string MarkdownText(std::string_view text);
std::string MarkdownBold(std::string_view text);
// As code, which stays as it is for whoever copies it.
std::string MarkdownId(std::string_view id);

// "| a | b |" of cells that are Markdown already.
std::string MarkdownRow(const std::vector<std::string>& cells);
// The row and the line below that make a table's head.
std::string MarkdownHead(const std::vector<std::string>& cells);

// "* **name**: conclusion" of each subject, the counts of verdicts, and what else is to be known of
// the run.
std::string MarkdownConclusions(const Report& report);

// The heading, and a row for each result that needs attention, the worst first: at most so many
// rows and bytes, and a line that says how many there is no room for. Empty when nothing does.
std::string MarkdownAttention(const Report& report, size_t most_rows, size_t most_bytes);

}  // namespace loadline::reports
