// SPDX-License-Identifier: Apache-2.0
// The lines of a jsonl stream as the one document that they would have been.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace loadline::reports {

struct JoinedStream {
  // As schema/loadline/report.json says; without a footer "unfinished", and nothing counted.
  nlohmann::json document;
  bool finished = false;
  int cut_line = 0;  // the number of a last line that breaks off; 0: none does
};

// An error names the line. The document is not checked beyond what joining takes.
Result<JoinedStream> JoinStream(std::string_view text);

}  // namespace loadline::reports
