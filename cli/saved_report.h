// SPDX-License-Identifier: Apache-2.0
// Reports that were written with --report json=PATH, read again.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::cli {

// ENOEXEC when the file is none, or of a release that this one cannot read.
Result<reports::Report> ReadReport(const std::string& path);
// Nothing when the file is something else, such as a profile.
Result<std::optional<reports::Report>> ReadReportIfOne(const std::string& path);

}  // namespace loadline::cli
