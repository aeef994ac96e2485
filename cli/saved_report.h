// SPDX-License-Identifier: Apache-2.0
// Reports that were written with --report json=PATH or jsonl=PATH, read again.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::cli {

// The bytes of the file, which no report has more of than reports::kLargestReport.
Result<std::string> ReadReportText(const std::string& path);
// kUnreadable when the file is none, is not as a writer would have written it, or is of a release
// that this one cannot read. What a person should know of it (a run that was not finished, a line
// that breaks off) is said on standard error.
Result<reports::Report> ReadReport(const std::string& path);
// Nothing when the file is something else, such as a profile; what is called .jsonl is a report.
Result<std::optional<reports::Report>> ReadReportIfOne(const std::string& path);

}  // namespace loadline::cli
