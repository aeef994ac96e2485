// SPDX-License-Identifier: Apache-2.0
// The manual pages of `loadline`, made of its command line and of prose.
#pragma once

#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace loadline::cli {

struct NamedPage {
  std::string name;  // "loadline-validate"
  std::string text;
};

// Of the program and of each verb. The prose of a page, roff that follows the options, is the file
// of its name with ".man" in the directory; a page needs none.
std::vector<NamedPage> ManualPages(const CommandTree& program, const std::string& prose_directory,
                                   const std::string& date);

}  // namespace loadline::cli
