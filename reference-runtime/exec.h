// SPDX-License-Identifier: Apache-2.0
// exec: one more process in a container that has a living one, with the promises of its
// configuration.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

struct ExecOptions {
  std::string root;  // where state is kept
  std::string id;
  std::string process_file;       // the process as JSON; empty: the container's own, changed by:
  std::vector<std::string> args;  //   its program
  std::string cwd;                //   its working directory
  std::string user;               //   UID[:GID]
  bool terminal = false;          //   a terminal
  bool detach = false;            // return once it runs
  std::string pid_file;
  std::string console_socket;
  std::vector<std::string> without;  // stages left out
};

// Returns the exit status of the process (128 + signal when a signal ended it); with `detach` 0
// once it runs.
Result<int> Exec(const ExecOptions& options);

}  // namespace loadline::runtime
