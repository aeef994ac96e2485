// SPDX-License-Identifier: Apache-2.0
// Programs that make shells complete a command line.
#pragma once

#include <string>

#include "cli/command_tree.h"

namespace loadline::cli {

// Each may be loaded by the shell itself, or stand where it looks for completions.
std::string BashCompletion(const CommandTree& tree);
std::string ZshCompletion(const CommandTree& tree);
std::string FishCompletion(const CommandTree& tree);

}  // namespace loadline::cli
