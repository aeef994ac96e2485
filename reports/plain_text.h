// SPDX-License-Identifier: Apache-2.0
// Foreign text on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace loadline::reports {

// One line, whatever a candidate put into it: line ends and control characters would forge output.
std::string OneLine(std::string_view text);
// The same, with its middle left out when it is long: beginning and end say what is wrong.
std::string Shortened(std::string_view message);
// "1 case", "2 cases".
std::string Plural(int count, const char* noun);

}  // namespace loadline::reports
