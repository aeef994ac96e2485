// SPDX-License-Identifier: Apache-2.0
// What two reports differ in beside their verdicts: figures with their noise, and where and by what
// they were made.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reports/model.h"
#include "reports/parity/figure.h"

namespace loadline::reports {

struct Trend {
  enum class Direction { kSame, kWorse, kBetter };
  bool measured = false;  // both have a figure
  bool overlap = false;   // the intervals share something: noise may be all there is between them
  // Beyond both intervals, the margin and what native differs from native by.
  Direction direction = Direction::kSame;
  std::string words;  // "2.40 (2.35 to 2.45) times the native, 1.20 (1.18 to 1.22) before"
};
Trend TrendOf(const CheckResult& before, const CheckResult& after);

// What the report says of its host by that name; null when it says nothing.
nlohmann::json HostFact(const Report& report, const char* name);

// Whether figures of the two can be held against each other: kernel, processors and the like.
bool SameMachine(const Report& before, const Report& after);

// A line for each of tool, machine and candidate that is not the same.
std::vector<std::string> Differences(const Report& before, const Report& after);

}  // namespace loadline::reports
