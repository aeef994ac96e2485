// SPDX-License-Identifier: Apache-2.0
// The outcome of a gate in any format that reports have.
#pragma once

#include <string>

#include "reports/gate/gate.h"
#include "reports/writer.h"

namespace loadline::reports {

// What the outcome itself does not know.
struct GateContext {
  Tool tool;
  std::string baseline;  // its path
  std::string renew;     // the command that makes this the baseline
  WriterOptions writer;
  bool accepting = false;  // what there is now becomes the baseline, whatever it is
};

// text, json (schema/loadline/gate.json) and markdown tell of every change; every other format of
// AllWriters() gets the report of GatedReport(). `format` has to be one of theirs.
std::string WriteGate(std::string_view format, const GateOutcome& outcome, const Report& now,
                      const GateContext& context);

// The report with what stops as the only thing that is unexpected: whoever shows failures of a
// report shows what got worse, and nothing that was so before.
Report GatedReport(const Report& now, const GateOutcome& outcome);

std::string GateText(const GateOutcome& outcome, const GateContext& context);
std::string GateJson(const GateOutcome& outcome, const GateContext& context);
std::string GateMarkdown(const GateOutcome& outcome, const GateContext& context);

// "pass -> fail"; "new" before what the baseline does not have.
std::string StepOf(const GateChange& change);
// What is wrong now, or why that is told: one line.
std::string DetailOf(const GateChange& change);
// "1 worse, 2 better, 17 results as in the baseline".
std::string CountsOf(const GateOutcome& outcome);
// "stopped: 1 result is worse than in baseline.json", or "accepted: …".
std::string ConclusionOf(const GateOutcome& outcome, const GateContext& context);
// What can be done about it; empty when there is nothing to do.
std::string WayOut(const GateOutcome& outcome, const GateContext& context);

}  // namespace loadline::reports
