// SPDX-License-Identifier: Apache-2.0
// For people, and GNU style for editors where there is a place in a file.
#include "reports/gate/gate_writer.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"

namespace loadline::reports {
namespace {

constexpr const char* kHeadings[] = {"Worse", "No longer judged",   "Within the noise",
                                     "Known", "Better than before", "New, and passes"};

struct Palette {
  explicit Palette(bool on)
      : red(on ? "\033[31m" : ""), green(on ? "\033[32m" : ""), end(on ? "\033[0m" : "") {}
  const char *red, *green, *end;
};

// "bundle/config.json:7:12: error: message; the way out [rule]".
std::string FindingLine(const GateChange& change, const Palette& palette) {
  const CheckResult& finding = change.result;
  std::string place = finding.subject;
  if (finding.location)
    place = finding.location->file + ":" + std::to_string(finding.location->line) + ":" +
            std::to_string(finding.location->column);
  const std::string word = change.turn == Turn::kBetter ? "mended" : std::string(WordOf(finding));
  return OneLine(place) + ": " + (change.stops ? palette.red : "") + word +
         (change.stops ? palette.end : "") + ": " + Shortened(MessageOf(finding)) + " [" +
         OneLine(finding.id) + "]\n";
}

std::string ChangeLines(const GateChange& change, Kind kind, const Palette& palette) {
  if (kind == Kind::kValidation && change.turn != Turn::kLost) return FindingLine(change, palette);
  const CheckResult& result = change.result;
  std::string text = std::string("  ") + (change.stops ? palette.red : "") + StepOf(change) +
                     (change.stops ? palette.end : "") + "  " +
                     OneLine(kind == Kind::kValidation ? result.subject : result.id) + "\n";
  if (const std::string detail = DetailOf(change); !detail.empty())
    text += "      " + Shortened(detail) + "\n";
  return text;
}

}  // namespace

std::string GateText(const GateOutcome& outcome, const GateContext& context) {
  const Palette palette(context.writer.colour);
  std::string text;
  for (const Turn turn : kTurns) {
    const int count = outcome.Count(turn);
    if (count == 0 || (turn == Turn::kNew && !context.writer.verbose)) continue;
    text += std::string(kHeadings[static_cast<size_t>(turn)]) + "\n";
    for (const GateChange& change : outcome.changes) {
      if (change.turn == turn) text += ChangeLines(change, outcome.kind, palette);
    }
    text += "\n";
  }
  for (const std::string& note : outcome.notes) text += "note: " + OneLine(note) + "\n";
  text += CountsOf(outcome) + "\n";
  text += (outcome.Stops() ? palette.red : palette.green) + ConclusionOf(outcome, context) +
          palette.end + "\n";
  const std::string way_out = WayOut(outcome, context);
  return way_out.empty() ? text : text + OneLine(way_out) + "\n";
}

}  // namespace loadline::reports
