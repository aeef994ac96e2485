// SPDX-License-Identifier: Apache-2.0
// Point: where an operation of the candidate goes wrong, and which points are tried.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/batteries/faults/supervisor.h"

namespace loadline::conformance::faults {

struct Point {
  std::string operation;
  Fault fault;

  // "create/mkdirat/2/ENOSPC"; the last word may be KILL (the process that calls) or KILL-RUNTIME.
  std::string ToText() const;
  // EINVAL when the text is no point.
  static Result<Point> Parse(std::string_view text);
};

// The numbers of all calls that may go wrong.
std::vector<long> AllCalls();

// The points of an operation that made these calls when nothing went wrong: which of its calls fail
// and with what, and where it is killed. Not `full`: a sample, the same each time.
std::vector<Point> ErrorPoints(const std::string& operation, const std::vector<HeardCall>& calls,
                               bool full);
std::vector<Point> KillPoints(const std::string& operation, const std::vector<HeardCall>& calls,
                              bool full);

}  // namespace loadline::conformance::faults
