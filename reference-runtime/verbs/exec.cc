// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/exec.h"

#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {

Result<int> RunExec(const CommandLine& line) {
  for (const char* refused : {"apparmor", "process-label"}) {
    if (!line.Get(refused).empty())
      return Failure("--" + std::string(refused) + " is not supported: this runtime sets no labels",
                     "leave it out");
  }
  ExecOptions options;
  options.root = Root(line);
  options.id = line.operands[0];
  options.process_file = line.Get("process");
  options.args.assign(line.operands.begin() + 1, line.operands.end());
  options.cwd = line.Get("cwd");
  options.user = line.Get("user");
  options.additional_gids = line.All("additional-gids");
  options.environment = line.All("env");
  options.capabilities = line.All("cap");
  if (line.options.count("no-new-privs") > 0) options.no_new_privileges = line.Has("no-new-privs");
  options.terminal = line.Has("tty");
  options.cgroups = line.All("cgroup");
  options.in_paused = line.Has("ignore-paused");
  options.detach = line.Has("detach");
  options.pid_file = line.Get("pid-file");
  options.console_socket = line.Get("console-socket");
  options.pidfd_socket = line.Get("pidfd-socket");
  options.changes = ChangesFrom(line);
  return Exec(options);
}

}  // namespace loadline::runtime
