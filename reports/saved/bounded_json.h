// SPDX-License-Identifier: Apache-2.0
// JSON texts of strangers, read strictly and in bounded memory.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace loadline::reports {

// What may still be read. A value takes some hundred bytes of memory, and can be two bytes of text:
// without an end to their number a small text would fill the memory.
struct JsonBudget {
  int depth = 128;
  size_t values = 2'000'000;
};

// An error says where (line and column, or the pointer of the value) and what: no JSON, a key that
// stands twice, a number that 64 bits do not hold, more depth or values than the budget, which
// every value makes smaller. kUnreadable.
Result<nlohmann::json> ParseBounded(std::string_view text, JsonBudget& budget);

}  // namespace loadline::reports
