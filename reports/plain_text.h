// SPDX-License-Identifier: Apache-2.0
// Foreign text where people read it.
#pragma once

#include <string>
#include <string_view>

namespace loadline::reports {

inline constexpr size_t kShortText = 400;  // what a line of a terminal or a cell of a table holds
inline constexpr size_t kLongText = 8 << 10;  // what readers of files take without choking

// One line of UTF-8, whatever a candidate put into it: line ends, control characters and those that
// turn the direction of writing would forge output.
std::string OneLine(std::string_view text);
// The same, with its middle left out when it is longer: beginning and end say what is wrong.
std::string Shortened(std::string_view message, size_t most = kShortText);
// "1 case", "2 cases".
std::string Plural(int count, const char* noun);

}  // namespace loadline::reports
