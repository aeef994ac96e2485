// SPDX-License-Identifier: Apache-2.0
// The markdown format: a summary for a merge request or the step of a job.
#include "reports/conclusion.h"
#include "reports/defences.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

constexpr size_t kMostRows = 200;  // GitHub refuses summaries of more than a megabyte

// Foreign text in a cell: nothing of it may become markup.
std::string Cell(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>!|~&@";
  std::string cell;
  for (const char c : Shortened(text)) {
    if (kMarkup.find(c) != std::string_view::npos) cell += '\\';
    cell += c;
  }
  return cell;
}

std::string PlaceOf(const CheckResult& result) {
  if (!result.location) return FileOf(result);
  return result.location->file + ":" + std::to_string(result.location->line) + ":" +
         std::to_string(result.location->column);
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string text = "## Loadline\n\n";
  for (const Subject& subject : report.subjects) {
    const Conclusion conclusion = Conclude(report, subject);
    text += "* **" + Cell(subject.name) + "**: " + Cell(conclusion.words) + "\n";
  }
  const Summary summary = Summarize(report);
  text += "\n";
  bool first = true;
  for (const Verdict verdict : kVerdicts) {
    if (summary[verdict] == 0) continue;
    text +=
        (first ? "" : ", ") + std::to_string(summary[verdict]) + " " + std::string(ToText(verdict));
    first = false;
  }
  text += first ? "nothing was judged\n" : "\n";
  if (const std::string known = CountDefences(JudgeDefences(report)); !known.empty())
    text += "\n" + known + "\n";
  std::string rows;
  size_t count = 0;
  size_t left_out = 0;
  for (const CheckResult& result : report.results) {
    if (!result.Unexpected() && result.verdict != Verdict::kWarn) continue;
    if (++count > kMostRows) {
      ++left_out;
      continue;
    }
    rows += "| " + std::string(WordOf(result)) + " | " + Cell(PlaceOf(result)) + " | " +
            Cell(MessageOf(result)) + " | " + Cell(result.id) + " |\n";
  }
  if (rows.empty()) return text;
  text += "\n| | where | what | rule |\n|---|---|---|---|\n" + rows;
  if (left_out > 0) text += "\n" + std::to_string(left_out) + " more are in the whole report.\n";
  return text;
}

}  // namespace

Writer MarkdownWriter() { return {"markdown", "a summary for merge requests", Write}; }

}  // namespace loadline::reports
