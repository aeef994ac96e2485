// SPDX-License-Identifier: Apache-2.0
// The command line as data, read out of what the verbs declare, for those that describe it: shell
// completion and manual pages.
#pragma once

#include <string>
#include <vector>

namespace loadline::cli {

struct CommandOption {
  std::vector<std::string> names;    // "-v", "--verbose"; of a word, which has no dashes, its own
  std::string value;                 // what it takes, such as "PATH"; empty for a flag
  std::vector<std::string> choices;  // empty: free
  std::string help;
  bool required = false;
  bool repeatable = false;
};

struct CommandTree {
  std::string name;
  std::string help;
  std::string footer;
  std::vector<CommandOption> options;
  std::vector<CommandOption> words;  // in their order
  std::vector<CommandTree> verbs;
};

// That of `loadline`.
CommandTree ReadCommandTree();

}  // namespace loadline::cli
