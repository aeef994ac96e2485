// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/exec.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>

#include "base/files.h"
#include "reference-runtime/clone.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/context.h"
#include "reference-runtime/foreground.h"
#include "reference-runtime/log.h"
#include "reference-runtime/message.h"
#include "reference-runtime/own_program.h"
#include "reference-runtime/probes.h"
#include "reference-runtime/rootless.h"
#include "reference-runtime/watch.h"

namespace loadline::runtime {
namespace {

// Of the process whose /proc/PID/ns that is; empty where it cannot be seen.
std::string NamespaceOf(const Result<UniqueFd>& process, const NamedNumber& kind) {
  // The standard's words are not all those of /proc.
  const std::string_view name = kind.name == "mount"     ? "mnt"
                                : kind.name == "network" ? "net"
                                                         : kind.name;
  char identity[PATH_MAX] = {};
  const bool seen = process.has_value() &&
                    readlinkat(process->get(), name.data(), identity, sizeof identity - 1) > 0;
  return seen ? identity : "";
}

// The namespaces in which the container's process is and this one is not: it was put into those of
// the configuration, and may have left them for others. (Joining one's own user namespace would be
// an error, and joining any needs rights.)
int OtherNamespaces(pid_t pid) {
  const auto its = Open("/proc/" + std::to_string(pid) + "/ns", O_PATH | O_DIRECTORY);
  const auto own = Open("/proc/self/ns", O_PATH | O_DIRECTORY);
  int flags = 0;
  for (const NamedNumber& kind : kNamespaces) {
    if (NamespaceOf(its, kind) != NamespaceOf(own, kind)) flags |= kind.number;
  }
  return flags;
}

// The new process from its first moment in the container to the payload.
void ExecMain(Context& context, UniqueFd socket) {
  ResetSignals();
  setsid();
  auto done =
      Open("/", O_PATH | O_DIRECTORY).map([&](UniqueFd root) { context.root = std::move(root); });
  if (done.has_value()) {
    if (!RunSide(JoinStages(), Side::kChild, context, socket.get()).has_value()) _exit(1);
    done = RunAlone(ExecuteStages(), context);
  }
  auto told = SendError(socket.get(), done.error());
  (void)told;  // whoever called exec is gone
  _exit(1);
}

Result<Context> NewContext(const ExecOptions& options) {
  ASSIGN_OR_RETURN(Context context, LoadContext(options.root, options.id));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(context.container));
  if (status == "paused" && !options.in_paused)
    return Failure("container \"" + options.id + "\" is paused",
                   "resume it, or pass --ignore-paused and resume it later");
  if (status != "running" && status != "created" && status != "paused")
    return Failure("container \"" + options.id + "\" is " + status + ", not running",
                   "exec needs a living one");
  context.status = status;
  context.caller_umask = umask(kOwnUmask);
  context.console_socket = options.console_socket;
  context.pidfd_socket = options.pidfd_socket;
  context.changes = options.changes;
  ASSIGN_OR_RETURN(context.sub_groups, ReadSubGroups(options.cgroups));
  const size_t told = context.config.warnings.size();
  RETURN_IF_ERROR(ChooseProcess(options, context));
  for (size_t i = told; i < context.config.warnings.size(); ++i) Warn(context.config.warnings[i]);
  return context;
}

// A user may not write the score of a process that cannot be traced, so the new process gets it
// from this one. What cannot be written is told when the process has it, or not.
void InheritOomScore(const Context& context) {
  if (!context.config.process || !context.config.process->oom_score_adj) return;
  auto written = WriteExisting("/proc/self/oom_score_adj",
                               std::to_string(*context.config.process->oom_score_adj));
  (void)written;
}

Result<void> Join(Context& context, const std::string& pid_file) {
  RETURN_IF_ERROR(RunAlone(PrepareExecStages(), context));
  OwnProgram();  // the container's /proc will not be asked
  if (IsRootless(context)) InheritOomScore(context);
  // CVE-2016-9962: from the first moment in the container its processes could trace this one.
  // Executing the payload undoes it.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  int namespaces = OtherNamespaces(context.container.pid);
  // A cgroup namespace is joined by a stage, once the process is in its groups. Not through the
  // container's process, which whoever is in its user namespace by then may not look into while it
  // waits for start.
  auto cgroups =
      (namespaces & CLONE_NEWCGROUP) != 0
          ? Open("/proc/" + std::to_string(context.container.pid) + "/ns/cgroup", O_RDONLY)
          : Result<UniqueFd>(UniqueFd());
  // Opened first and compared then: the pid may be another process's by now.
  ASSIGN_OR_RETURN(const UniqueFd container, OpenProcess(context.container));
  // Without rights it cannot be opened; joining them all says why.
  if (cgroups.has_value()) namespaces &= ~CLONE_NEWCGROUP;
  if (cgroups.has_value()) context.cgroup_namespace = std::move(*cgroups);
  const StageName name = "namespaces";
  const StageWatch watch(context, name, Side::kParent);
  auto cloned = CloneInto(container.get(), namespaces, context, ExecMain);
  watch.End(cloned);
  ASSIGN_OR_RETURN(const UniqueFd socket, std::move(cloned));
  LeavePlace();
  auto joined = RunSide(JoinStages(), Side::kParent, context, socket.get());
  if (joined.has_value()) joined = ReceiveUntilClosed(socket.get());
  if (joined.has_value() && !pid_file.empty()) joined = WritePidFile(pid_file, context.pid);
  if (joined.has_value()) return joined;
  kill(context.pid, SIGKILL);
  WaitForChild(context.pid);
  return joined;
}

}  // namespace

Result<int> Exec(const ExecOptions& options) {
  ASSIGN_OR_RETURN(Context context, NewContext(options));
  ASSIGN_OR_RETURN(Foreground foreground, Foreground::Prepare(context, options.detach));
  RETURN_IF_ERROR(Join(context, options.pid_file));
  ProbeExecBegin(context.container.id.c_str(), context.pid);
  foreground.Begin(context);
  if (options.detach) return 0;
  ASSIGN_OR_RETURN(const int status, foreground.WaitForEnd(context.pid));
  ProbeExecEnd(context.container.id.c_str(), context.pid, status);
  return status;
}

}  // namespace loadline::runtime
