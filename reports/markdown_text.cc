// SPDX-License-Identifier: Apache-2.0
#include "reports/markdown_text.h"

#include "reports/conclusion.h"
#include "reports/defences.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/unfinished.h"

namespace loadline::reports {
namespace {

std::string PlaceOf(const CheckResult& result) {
  if (!result.location) return FileOf(result);
  return result.location->file + ":" + std::to_string(result.location->line) + ":" +
         std::to_string(result.location->column);
}

std::string Counts(const Report& report) {
  const Summary summary = Summarize(report);
  std::string text;
  for (const Verdict verdict : kVerdicts) {
    if (summary[verdict] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(summary[verdict]) + " " +
            std::string(ToText(verdict));
  }
  return (text.empty() ? "nothing was judged" : text) + "\n";
}

// Addresses become links by themselves.
bool BeginsLink(std::string_view line, size_t at) {
  if (line.substr(at).starts_with("://")) return true;
  return line[at] == '.' && at >= 3 && (line[at - 1] == 'w' || line[at - 1] == 'W');
}

}  // namespace

std::string MarkdownText(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>!|~&#";
  // Emphasis does not begin before a space, nor end behind one.
  const std::string whole = Shortened(text);
  const size_t begin = whole.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  const std::string line = whole.substr(begin, whole.find_last_not_of(' ') + 1 - begin);
  std::string escaped;
  for (size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = std::string_view(line).substr(i);
    if (kMarkup.find(rest[0]) != std::string_view::npos || BeginsLink(line, i)) escaped += '\\';
    escaped += rest[0];
    if (rest[0] == '@') escaped += "&#8203;";  // who is named behind it would get a message
  }
  return escaped;
}

std::string MarkdownId(std::string_view id) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/.@+-";
  const bool plain = !id.empty() && id.find_first_not_of(kPlain) == std::string_view::npos;
  if (plain && id.size() <= kShortText) return "`" + std::string(id) + "`";
  return "<code>" + MarkdownText(id) + "</code>";
}

std::string MarkdownBold(std::string_view text) {
  const std::string escaped = MarkdownText(text);
  return escaped.empty() ? "(without a name)" : "**" + escaped + "**";
}

std::string MarkdownRow(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + (cell.empty() ? "|" : " |");
  return row + "\n";
}

std::string MarkdownHead(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (size_t i = 0; i < cells.size(); ++i) line += "---|";
  return MarkdownRow(cells) + line + "\n";
}

std::string MarkdownConclusions(const Report& report) {
  std::string text;
  for (const Subject& subject : report.subjects)
    text += "* " + MarkdownBold(subject.name) + ": " +
            MarkdownText(Conclude(report, subject).words) + "\n";
  text += "\n" + Counts(report);
  if (report.unfinished) text += "\n" + UnfinishedText(report) + "\n";
  if (const std::string known = CountDefences(JudgeDefences(report)); !known.empty())
    text += "\n" + known + "\n";
  return text;
}

std::string MarkdownAttention(const Report& report, size_t most_rows, size_t most_bytes) {
  constexpr size_t kLastLine = 100;  // for what is left out
  const std::vector<const CheckResult*> results = WorstFirst(report);
  std::string text = "\n" + MarkdownHead({"", "where", "what", "rule"});
  for (size_t i = 0; i < results.size(); ++i) {
    const CheckResult& result = *results[i];
    const std::string row = MarkdownRow({std::string(WordOf(result)), MarkdownText(PlaceOf(result)),
                                         MarkdownText(MessageOf(result)), MarkdownId(result.id)});
    if (i == most_rows || text.size() + row.size() + kLastLine > most_bytes)
      return text + "\n" + std::to_string(results.size() - i) + " more are in the whole report.\n";
    text += row;
  }
  return results.empty() ? "" : text;
}

}  // namespace loadline::reports
