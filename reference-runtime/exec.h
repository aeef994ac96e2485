// SPDX-License-Identifier: Apache-2.0
// exec: one more process in a container that has a living one, with the promises of its
// configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/container.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

struct ExecOptions {
  std::string root;  // where state is kept
  std::string id;
  std::string process_file;       // the process as JSON; empty: the container's own, changed by:
  std::vector<std::string> args;  //   its program
  std::string cwd;                //   its working directory
  std::string user;               //   USER[:GROUP], names or ids
  std::vector<std::string> additional_gids;
  std::vector<std::string> environment;   // NAME=VALUE
  std::vector<std::string> capabilities;  // CAP_CHOWN and the like
  std::optional<bool> no_new_privileges;
  bool terminal = false;
  std::vector<std::string> cgroups;  // [CONTROLLER[,…]:]PATH below the container's group
  bool in_paused = false;            // also in a paused container
  bool detach = false;               // return once it runs
  std::string pid_file;
  std::string console_socket;
  std::string pidfd_socket;
  StageChanges changes;
};

// Returns the exit status of the process (128 + signal when a signal ended it); with `detach` 0
// once it runs.
Result<int> Exec(const ExecOptions& options);

// Makes what `options` describe the process of the configuration. Names of users are looked up in
// the container, which lives.
Result<void> ChooseProcess(const ExecOptions& options, Context& context);
// What --cgroup says: by controller, or by "" for all of them, a path below the container's group.
Result<std::map<std::string, std::string>> ReadSubGroups(const std::vector<std::string>& texts);

}  // namespace loadline::runtime
