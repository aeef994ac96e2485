// SPDX-License-Identifier: Apache-2.0
// Reports to standard output and to files, in the formats asked for.
#pragma once

#include <functional>

#include "base/result.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "reports/history/history.h"
#include "reports/model.h"
#include "reports/parity/comparison.h"

namespace loadline::cli {

// Name, version and commit of this program.
reports::Tool ThisTool();
// This moment, RFC 3339 in UTC.
std::string Now();

// Whether the files that reports are to be written to can be: to be asked before the work, so that
// its result is not lost.
Result<void> CheckReportPaths(const OutputOptions& options);

// Writes the report in the format of standard output and into every file. Files are written whole
// or not at all. `streamed`: what is asked for as jsonl was written already (report_stream.h).
Result<void> WriteReports(const reports::Report& report, const OutputOptions& options,
                          bool streamed = false);

// The same for a comparison.
Result<void> WriteComparison(const reports::Comparison& comparison, const OutputOptions& options);

// The same for a history.
Result<void> WriteHistory(const reports::History& history, const OutputOptions& options);
// The same for what has its own words: `write` gets a format, and whether it is for a file.
Result<void> WriteFormats(
    const OutputOptions& options,
    const std::function<std::string(const std::string& format, bool file)>& write);
// Whether standard output is to be coloured.
bool UseColour(const OutputOptions& options);

// Plain text on standard output; returns `exit_status`, or kCannotJudge when it cannot be written.
int Print(const std::string& text, int exit_status = kConforms);
// A line for the person on standard error.
void Note(const std::string& message);
// "loadline: " and the error, one line on standard error; returns `exit_status`.
int Complain(const Error& error, int exit_status);

}  // namespace loadline::cli
