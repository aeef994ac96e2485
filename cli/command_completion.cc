// SPDX-License-Identifier: Apache-2.0
// loadline completion: a program for a shell, for its user to load.
#include "cli/commands.h"
#include "cli/completion/completion.h"
#include "cli/output.h"

namespace loadline::cli {

int RunCompletion(const CompletionOptions& options) {
  const CommandTree tree = ReadCommandTree();
  if (options.shell == "bash") return Print(BashCompletion(tree));
  return Print(options.shell == "zsh" ? ZshCompletion(tree) : FishCompletion(tree));
}

}  // namespace loadline::cli
