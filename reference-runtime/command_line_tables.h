// SPDX-License-Identifier: Apache-2.0
// What the command line may hold, as data: the operations and the options that each takes.
#pragma once

#include <climits>
#include <span>
#include <string>
#include <string_view>

namespace loadline::runtime {

struct Option {
  std::string_view operations;  // "" is global; otherwise the operations that take it
  std::string_view name;
  std::string_view letter;
  bool takes_value;
  std::string_view help;
};

inline constexpr int kAny = INT_MAX;

struct Operation {
  std::string_view name;
  std::string_view operands;  // as the help shows them
  std::string_view help;
  int least = 1;  // how many operands it takes
  int most = 1;
  int operands_before_rest = 0;  // after so many of them all that follows is for another program
};

std::span<const Option> Options();
// Whether it is one of the operation, or, where that is "", a global one.
bool Takes(const Option& option, const std::string& operation);
std::span<const Operation> Operations();

}  // namespace loadline::runtime
