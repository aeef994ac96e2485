// SPDX-License-Identifier: Apache-2.0
// The command line: global options, an operation, its options and operands, as runc's callers write
// them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

struct CommandLine {
  std::map<std::string, std::string> options;  // without the dashes; flags hold "true"
  std::vector<std::string> without;            // --without-stage, repeatable
  std::string operation;
  std::vector<std::string> operands;

  bool Has(const std::string& name) const { return options.count(name) > 0; }
  std::string Get(const std::string& name, const std::string& fallback = "") const {
    const auto found = options.find(name);
    return found == options.end() ? fallback : found->second;
  }
};

Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);
std::string Usage();

}  // namespace loadline::runtime
