// SPDX-License-Identifier: Apache-2.0
// A summary for a merge request or the step of a job.
#include "reports/gate/gate_writer.h"
#include "reports/markdown_text.h"
#include "reports/result_text.h"

namespace loadline::reports {
namespace {

constexpr int kMostRows = 200;  // GitHub refuses summaries of more than a megabyte

std::string PlaceOf(const CheckResult& result) {
  return result.location ? FileOf(result) + ":" + std::to_string(result.location->line)
                         : FileOf(result);
}

std::string Row(const GateChange& change) {
  return std::string("| ") + (change.stops ? "**" : "") + std::string(ToText(change.turn)) +
         (change.stops ? "**" : "") + " | " + StepOf(change) + " | " +
         MarkdownText(PlaceOf(change.result)) + " | " + MarkdownText(DetailOf(change)) + " | " +
         MarkdownId(change.result.id) + " |\n";
}

}  // namespace

std::string GateMarkdown(const GateOutcome& outcome, const GateContext& context) {
  std::string text = "## Loadline gate\n\n**" + MarkdownText(ConclusionOf(outcome, context)) +
                     "**\n\n" + CountsOf(outcome) + "\n";
  int rows = 0;
  int left_out = 0;
  for (const GateChange& change : outcome.changes) {
    if (change.turn == Turn::kNew) continue;  // their number is enough
    if (rows == kMostRows) {
      ++left_out;
      continue;
    }
    if (rows++ == 0) text += "\n| | was -> is | where | what | rule |\n|---|---|---|---|---|\n";
    text += Row(change);
  }
  if (left_out > 0) text += "\n" + std::to_string(left_out) + " more are in the whole report.\n";
  for (const std::string& note : outcome.notes) text += "\n* " + MarkdownText(note);
  if (!outcome.notes.empty()) text += "\n";
  if (const std::string way_out = WayOut(outcome, context); !way_out.empty())
    text += "\n" + MarkdownText(way_out) + "\n";
  return text;
}

}  // namespace loadline::reports
