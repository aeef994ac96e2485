// SPDX-License-Identifier: Apache-2.0
// RuntimeCall: one command line of an OCI runtime, taken apart; and running such a command line.
#pragma once

#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/result.h"

namespace loadline::mutants {

struct RuntimeCall {
  std::vector<std::string> argv;     // the runtime and all its arguments
  std::vector<std::string> globals;  // the runtime and what stands before the verb
  std::string verb;                  // empty when there is none that we know
  std::string id;                    // first positional argument after the verb
  std::string bundle;                // of create and run: --bundle, or the working directory
  std::string pid_file;              // --pid-file
  std::string process_file;          // of exec: --process
  std::string resources_file;        // of update: --resources
  bool force = false;                // --force

  static RuntimeCall Parse(std::vector<std::string> argv);
  // The same runtime with the same global options and another verb.
  std::vector<std::string> Other(const std::vector<std::string>& verb_and_arguments) const;
};

// Runs a command with our own streams, descriptors, session and environment; hands signals on to
// it; returns how it ended. It dies when we are killed.
Result<ExitStatus> RunInPlace(const std::vector<std::string>& argv);
// Runs a further call of the runtime that nobody must hear of.
Result<RunOutcome> RunQuietly(const std::vector<std::string>& argv);
// Becomes the command. Returns only an error.
Error Become(const std::vector<std::string>& argv);
// Ends this process in the way that `status` says, by its signal when it was one.
[[noreturn]] void EndLike(const ExitStatus& status);

}  // namespace loadline::mutants
