// SPDX-License-Identifier: Apache-2.0
// The command line: global options, an operation, its options and operands, as runc's callers write
// them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

struct CommandLine {
  // By name, without the dashes, in the order in which they stand; flags hold "true" or "false".
  std::map<std::string, std::vector<std::string>> options;
  std::string operation;
  std::vector<std::string> operands;

  // A value, or a flag that is not switched off.
  bool Has(const std::string& name) const {
    const auto found = options.find(name);
    return found != options.end() && found->second.back() != "false";
  }
  // The last one counts.
  std::string Get(const std::string& name, const std::string& fallback = "") const {
    const auto found = options.find(name);
    return found == options.end() ? fallback : found->second.back();
  }
  // Of an option that may be repeated.
  std::vector<std::string> All(const std::string& name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::vector<std::string>() : found->second;
  }
};

// Knows every option of the tables, and how many operands each operation takes.
Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);
// The two names of --swap-stages.
std::pair<std::string, std::string> TwoStages(const std::string& names);
// Of one operation, or of all when it is empty.
std::string Usage(const std::string& operation = "");

}  // namespace loadline::runtime
