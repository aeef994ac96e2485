// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/exec.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstdio>

#include "base/files.h"
#include "reference-runtime/clone.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/context.h"
#include "reference-runtime/foreground.h"
#include "reference-runtime/log.h"
#include "reference-runtime/message.h"

namespace loadline::runtime {
namespace {

std::string NamespaceOf(const std::string& process, const NamedNumber& kind) {
  // The standard's words are not all those of /proc.
  const std::string_view name = kind.name == "mount"     ? "mnt"
                                : kind.name == "network" ? "net"
                                                         : kind.name;
  char identity[PATH_MAX] = {};
  const std::string path = "/proc/" + process + "/ns/" + std::string(name);
  return readlink(path.c_str(), identity, sizeof identity - 1) > 0 ? identity : "";
}

// The namespaces in which the container's process is and this one is not. (Joining one's own user
// namespace would be an error.)
int OtherNamespaces(pid_t pid) {
  int flags = 0;
  for (const NamedNumber& kind : kNamespaces) {
    if (NamespaceOf(std::to_string(pid), kind) != NamespaceOf("self", kind)) flags |= kind.number;
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

Result<void> ReadUser(const std::string& text, UserSpec& user) {
  if (text.empty()) return {};
  unsigned long uid = 0;
  unsigned long gid = user.gid;
  char rest = 0;
  const int read = std::sscanf(text.c_str(), "%lu:%lu%c", &uid, &gid, &rest);
  const bool whole = read == 2 || (read == 1 && text.find(':') == std::string::npos);
  if (!whole || uid >= UINT32_MAX || gid >= UINT32_MAX)
    return Failure("--user \"" + text + "\" is not UID[:GID]",
                   "names are not looked up: give numbers");
  user.uid = static_cast<uid_t>(uid);
  user.gid = static_cast<gid_t>(gid);
  return {};
}

Result<void> ChooseProcess(const ExecOptions& options, Config& config) {
  if (!options.process_file.empty()) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(options.process_file));
    return ReplaceProcess(text, config);
  }
  if (options.args.empty())
    return Failure("exec has nothing to run", "name a command, or a file with --process");
  if (!config.process) config.process.emplace();
  ProcessSpec& process = *config.process;
  process.args = options.args;
  process.terminal = options.terminal;
  process.console_size.reset();
  if (!options.cwd.empty()) process.cwd = options.cwd;
  if (process.cwd.empty() || process.cwd[0] != '/')
    return Failure("--cwd \"" + process.cwd + "\" is not absolute", "begin it with /");
  return ReadUser(options.user, process.user);
}

Result<Context> NewContext(const ExecOptions& options) {
  ASSIGN_OR_RETURN(Context context, LoadContext(options.root, options.id));
  const std::string status = StatusOf(context.container);
  if (status != "running" && status != "created")
    return Failure("container \"" + options.id + "\" is " + status + ", not running",
                   "exec needs a living one");
  context.caller_umask = umask(022);
  context.console_socket = options.console_socket;
  context.without = options.without;
  const size_t told = context.config.warnings.size();
  RETURN_IF_ERROR(ChooseProcess(options, context.config));
  for (size_t i = told; i < context.config.warnings.size(); ++i) Warn(context.config.warnings[i]);
  return context;
}

Result<void> Join(Context& context, const std::string& pid_file) {
  RETURN_IF_ERROR(RunAlone(PrepareExecStages(), context));
  // CVE-2016-9962: from the first moment in the container its processes could trace this one.
  // Executing the payload undoes it.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ASSIGN_OR_RETURN(const UniqueFd container, OpenProcess(context.container));
  int namespaces = OtherNamespaces(context.container.pid);
  if ((namespaces & CLONE_NEWCGROUP) !=
      0) {  // joined by a stage, once the process is in its groups
    namespaces &= ~CLONE_NEWCGROUP;
    context.cgroup_namespace = UniqueFd(fcntl(container.get(), F_DUPFD_CLOEXEC, 3));
    if (!context.cgroup_namespace) return CallError("fcntl", "F_DUPFD_CLOEXEC");
  }
  ASSIGN_OR_RETURN(const UniqueFd socket,
                   CloneInto(container.get(), namespaces, context, ExecMain));
  auto joined = RunSide(JoinStages(), Side::kParent, context, socket.get());
  if (joined.has_value()) joined = ReceiveUntilClosed(socket.get());
  if (joined.has_value() && !pid_file.empty())
    joined = WriteFileAtomically(pid_file, std::to_string(context.pid));
  if (joined.has_value()) return joined;
  kill(context.pid, SIGKILL);
  waitpid(context.pid, nullptr, 0);
  return joined;
}

}  // namespace

Result<int> Exec(const ExecOptions& options) {
  ASSIGN_OR_RETURN(Context context, NewContext(options));
  ASSIGN_OR_RETURN(Foreground foreground, Foreground::Prepare(context, options.detach));
  RETURN_IF_ERROR(Join(context, options.pid_file));
  foreground.Begin(context);
  if (options.detach) return 0;
  return foreground.WaitForEnd(context.pid);
}

}  // namespace loadline::runtime
