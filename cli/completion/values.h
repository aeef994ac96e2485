// SPDX-License-Identifier: Apache-2.0
// What a value of the command line may be completed to.
#pragma once

#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace loadline::cli {

struct Completions {
  enum class Kind {
    kNothing,
    kWords,
    kFiles,
    kDirectories,
    kListed,       // by `loadline list`, and files where they serve as well
    kFormatPaths,  // FORMAT=PATH
    kCommand,      // another command, which goes on to the end of the line
  };
  Kind kind = Kind::kFiles;
  std::vector<std::string> words;  // kListed: what to list; kFormatPaths: formats
  bool files = false;              // beside what is listed
};

// Of the value of an option, or of a word, of this verb.
Completions CompletionsOf(const CommandOption& option, const CommandTree& verb);

// The first clause of a help text: what fits beside a completion.
std::string Brief(const std::string& help);

// The words with a space between them.
std::string Spaced(const std::vector<std::string>& words);

}  // namespace loadline::cli
