// SPDX-License-Identifier: Apache-2.0
// Reports that were kept, as json or as jsonl, read again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

struct SavedReport {
  Report report;
  std::vector<std::string> notes;  // a line each: what a person should know of the file
};

// More than any report has; less than would fill a memory.
inline constexpr size_t kLargestReport = size_t{64} << 20;

// `name` is the file's, for messages. A stream without its end is a report that is unfinished, and
// may break off within its last line; everything else that is not as a writer would have written it
// is an error: what, where and the way out in one line. kUnreadable.
Result<SavedReport> ReadSaved(const std::string& name, std::string_view text);

}  // namespace loadline::reports
