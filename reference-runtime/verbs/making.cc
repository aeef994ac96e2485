// SPDX-License-Identifier: Apache-2.0
// create and run.
#include "reference-runtime/operations.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

CgroupManager ManagerFrom(const CommandLine& line) {
  const std::string word = line.Get("cgroup-manager");
  if (word == "disabled") return CgroupManager::kNone;
  return word == "systemd" || line.Has("systemd-cgroup") ? CgroupManager::kSystemd
                                                         : CgroupManager::kCgroupfs;
}

}  // namespace

CreateOptions CreateOptionsFrom(const CommandLine& line) {
  CreateOptions options;
  options.root = Root(line);
  options.id = line.operands[0];
  options.bundle = line.Get("bundle", ".");
  options.pid_file = line.Get("pid-file");
  options.console_socket = line.Get("console-socket");
  options.pidfd_socket = line.Get("pidfd-socket");
  const std::string rootless = line.Get("rootless", "auto");
  if (rootless != "auto") options.rootless = rootless == "true";
  options.changes = ChangesFrom(line);
  options.resctrl = line.Get("resctrl");
  options.cgroup_manager = ManagerFrom(line);
  options.no_pivot = line.Has("no-pivot");
  options.own_keyring = !line.Has("no-new-keyring");
  options.listen_descriptors = ListenDescriptors(line);
  return options;
}

RunBehaviour RunBehaviourFrom(const CommandLine& line) {
  RunBehaviour behaviour;
  behaviour.detach = line.Has("detach");
  behaviour.keep = line.Has("keep");
  behaviour.subreaper = !line.Has("no-subreaper");
  return behaviour;
}

Result<int> RunCreate(const CommandLine& line) {
  RETURN_IF_ERROR(Create(CreateOptionsFrom(line)));
  return 0;
}

Result<int> RunRun(const CommandLine& line) {
  return RunContainer(CreateOptionsFrom(line), RunBehaviourFrom(line));
}

}  // namespace loadline::runtime
