// SPDX-License-Identifier: Apache-2.0
// The words that every format of a gate shares.
#include <algorithm>

#include "reports/gate/gate_writer.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"

namespace loadline::reports {
namespace {

const char* NounOf(const GateOutcome& outcome) {
  return outcome.kind == Kind::kValidation ? "finding" : "result";
}

}  // namespace

std::string StepOf(const GateChange& change) {
  const std::string before = change.before ? std::string(ToText(*change.before)) : "new";
  const std::string after = change.after ? std::string(ToText(*change.after)) : "not there";
  return before + " -> " + after;
}

std::string DetailOf(const GateChange& change) {
  const std::string message =
      change.turn == Turn::kBetter && !change.after ? "" : change.result.message;
  if (change.why.empty() || change.why == message) return message;
  return message.empty() ? change.why : message + " (" + change.why + ")";
}

std::string CountsOf(const GateOutcome& outcome) {
  std::string text;
  for (const Turn turn : kTurns) {
    if (const int count = outcome.Count(turn); count > 0)
      text += std::to_string(count) + " " + std::string(ToText(turn)) + ", ";
  }
  return text + Plural(outcome.same, NounOf(outcome)) + " as in the baseline";
}

std::string ConclusionOf(const GateOutcome& outcome, const GateContext& context) {
  const auto stopping =
      static_cast<int>(std::count_if(outcome.changes.begin(), outcome.changes.end(),
                                     [](const GateChange& change) { return change.stops; }));
  const std::string than = " than in " + OneLine(context.baseline);
  if (stopping == 0) {
    const bool any = outcome.Count(Turn::kWorse) + outcome.Count(Turn::kLost) > 0;
    return std::string(context.accepting ? "accepted" : "let through") + ": nothing " +
           (any ? "that counts " : "") + "is worse" + than;
  }
  return (context.accepting ? "accepted: " : "stopped: ") + Plural(stopping, NounOf(outcome)) +
         (stopping == 1 ? " is" : " are") + " worse" + than;
}

std::string WayOut(const GateOutcome& outcome, const GateContext& context) {
  if (context.accepting) return "";
  if (outcome.Stops()) return "if it is meant to be so: " + context.renew;
  if (outcome.Stale())
    return "the baseline no longer holds all that is good now; renew it: " + context.renew;
  return "";
}

std::string WriteGate(std::string_view format, const GateOutcome& outcome, const Report& now,
                      const GateContext& context) {
  if (format == "text") return GateText(outcome, context);
  if (format == "json") return GateJson(outcome, context);
  if (format == "markdown" || format == "step-summary") return GateMarkdown(outcome, context);
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write(GatedReport(now, outcome), context.writer);
  }
  return "";
}

}  // namespace loadline::reports
