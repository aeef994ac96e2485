// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/operations.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/deadline.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/clone.h"
#include "reference-runtime/context.h"
#include "reference-runtime/foreground.h"
#include "reference-runtime/log.h"
#include "reference-runtime/message.h"
#include "reference-runtime/own_program.h"
#include "reference-runtime/resident.h"
#include "reference-runtime/scope.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/watch.h"

namespace loadline::runtime {
namespace {

// The pid of this process as the runtime's caller sees it: the caller's /proc is still mounted,
// whatever namespaces are new.
pid_t PidOutside() {
  char text[32] = {};
  return readlink("/proc/self", text, sizeof text - 1) > 0 ? std::atoi(text) : 0;
}

// Hooks and seccomp's agent are told the container's state by its own process.
bool TellsOfItself(const Config& config) {
  return !config.hooks.create_container.empty() || !config.hooks.start_container.empty() ||
         config.linux_spec.seccomp;
}

// A host that is short of descriptors or memory for a moment must not cost the container.
void AcceptStart(Context& context) {
  for (int attempt = 0; attempt < 64 && !context.start_connection; ++attempt) {
    pollfd entry{context.start_listener.get(), POLLIN, 0};
    if (attempt > 0) poll(&entry, 1, -1);
    context.start_connection =
        UniqueFd(accept4(context.start_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  if (!context.start_connection) _exit(1);
  context.start_listener.Reset();
  // Whoever is second in the queue of the listener has to learn that start was not theirs.
  if (!SendDone(context.start_connection.get()).has_value()) _exit(1);
}

// With `run` the caller is the one that creates, and starts at once.
void WaitForStart(Context& context, UniqueFd socket) {
  // While it waits it has more privileges than the payload: nobody of a joined pid namespace may
  // trace it. Executing the payload undoes this.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (context.starts_at_once) {
    context.start_connection = std::move(socket);
    if (!ReceiveDone(context.start_connection.get()).has_value()) _exit(1);
  } else {
    socket.Reset();
    KeepLittleResident();
    AcceptStart(context);
  }
}

// The container's process from its first moment to the payload.
void ContainerMain(Context& context, UniqueFd socket) {
  ResetSignals();
  setsid();
  if (TellsOfItself(context.config)) context.container.pid = PidOutside();
  auto created = RunSide(CreateStages(), Side::kChild, context, socket.get());
  if (!created.has_value()) _exit(1);
  WaitForStart(context, std::move(socket));
  auto started = RunAlone(StartStages(), context);
  if (started.has_value()) started = RunAlone(ExecuteStages(), context);
  if (!started.has_value()) {
    auto told = SendError(context.start_connection.get(), started.error());
    (void)told;  // whoever called start is gone
  }
  _exit(1);
}

Result<std::string> AbsolutePath(const std::string& path) {
  char resolved[PATH_MAX];
  if (realpath(path.c_str(), resolved) == nullptr)
    return CallError("realpath", path).Hint("--bundle has to name a directory");
  return std::string(resolved);
}

bool IsHookError(const Error& error) {
  return error.stage.size() > 6 && error.stage.ends_with("-hooks");
}

// The payload is told of the sockets that the caller got from its service manager, as
// sd_listen_fds(3) has it; the payload is process 1 of most containers.
void AnnounceListeners(int count, Config& config) {
  if (count == 0 || !config.process) return;
  config.process->environment.push_back("LISTEN_FDS=" + std::to_string(count));
  config.process->environment.push_back("LISTEN_PID=1");
}

}  // namespace

void Undo(Context& context) {
  if (context.pid > 0) {
    kill(context.pid, SIGKILL);
    WaitForChild(context.pid);
  }
  if (context.owns_pid_file) unlink(context.pid_file.c_str());
  for (auto undo : {RemoveCgroups, RemoveResctrl, RemoveState}) {
    if (undo == RemoveState && !context.owns_state) continue;
    if (auto undone = undo(context); !undone.has_value())
      Warn("undoing create: " + undone.error().ToLine());
  }
}

Result<Context> NewContext(const CreateOptions& options) {
  RETURN_IF_ERROR(CheckId(options.id));
  ASSIGN_OR_RETURN(const std::string bundle, AbsolutePath(options.bundle));
  Context context;
  context.caller_umask = umask(kOwnUmask);
  ASSIGN_OR_RETURN(context.config, ReadConfig(bundle + "/config.json", bundle));
  context.container.id = options.id;
  context.container.bundle = bundle;
  context.container.rootfs = context.config.root_path;
  context.container.oci_version = context.config.oci_version;
  context.container.annotations = context.config.annotations;
  context.container.created = Timestamp();
  context.state_directory = options.root + "/" + options.id;
  context.pid_file = options.pid_file;
  if (options.own_keyring) {
    ASSIGN_OR_RETURN(context.container.keyring, NewKeyringName(options.id));
  }
  context.container.own_pids = context.config.linux_spec.Makes(CLONE_NEWPID);
  context.console_socket = options.console_socket;
  context.pidfd_socket = options.pidfd_socket;
  context.changes = options.changes;
  context.resctrl = options.resctrl;
  context.cgroup_manager = options.cgroup_manager;
  context.rootless = options.rootless;
  context.no_pivot = options.no_pivot;
  AnnounceListeners(options.listen_descriptors, context.config);
  for (const std::string& warning : context.config.warnings) Warn(warning);
  return context;
}

namespace {

// The connection to the container's process.
Result<UniqueFd> CreateIn(Context& context) {
  {
    const ClosesTogether together;
    RETURN_IF_ERROR(RunAlone(PrepareStages(), context));
  }
  context.container.program = OwnProgram();  // the container's process is cloned from it
  const StageName name = "namespaces";
  const StageWatch watch(context, name, Side::kParent);
  auto cloned = CloneContainer(context, ContainerMain);
  watch.End(cloned);
  ASSIGN_OR_RETURN(UniqueFd socket, std::move(cloned));
  context.start_listener.Reset();  // the container's alone: when it ends, nobody can connect
  context.container.pid = context.pid;
  ASSIGN_OR_RETURN(context.container.start_time, StartTime(context.pid));
  LeavePlace();
  RETURN_IF_ERROR(RunSide(CreateStages(), Side::kParent, context, socket.get()));
  ChangeStatus(context, "created");
  return socket;
}

Result<UniqueFd> CreateOrUndo(Context& context) {
  auto created = CreateIn(context);
  if (created.has_value()) return created;
  Undo(context);
  // oci-runtime/runtime/lifecycle: a failed hook takes the container through its end, poststop
  // hooks included.
  if (IsHookError(created.error())) {
    auto stopped = RunPoststopHooks(context);
    (void)stopped;  // its failures are warnings
  }
  return created;
}

Result<void> KillAndWait(const Container& container) {
  auto pidfd = OpenProcess(container);
  if (!pidfd.has_value() && pidfd.error().number == ESRCH) return {};  // it has ended already
  if (!pidfd.has_value()) return std::move(pidfd).error();
  if (syscall(SYS_pidfd_send_signal, pidfd->get(), SIGKILL, nullptr, 0) != 0 && errno != ESRCH)
    return CallError("pidfd_send_signal", "SIGKILL");
  if (IsFrozen(container.cgroup)) RETURN_IF_ERROR(Thaw(container.cgroup));
  ASSIGN_OR_RETURN(const Readiness ready,
                   WaitFor(pidfd->get(), POLLIN, Deadline::After(std::chrono::seconds(10))));
  if (ready == Readiness::kTimedOut)
    return Failure("the container's process did not end after SIGKILL");
  return {};
}

Result<void> End(Context& context) {
  RETURN_IF_ERROR(KillAndWait(context.container));
  ChangeStatus(context, "stopped");
  return {};
}

// For `delete --force`: a configuration that is lost or spoilt does not keep the container.
Result<Context> LoadDamaged(const std::string& root, const std::string& id) {
  auto whole = LoadContext(root, id);
  if (whole.has_value()) return whole;
  ASSIGN_OR_RETURN(Container container, LoadContainer(root, id));
  const bool lost = whole.error().call.empty() || whole.error().number == ENOENT;
  if (!lost) return whole;
  Warn("the container's configuration is lost: " + whole.error().ToLine());
  Context context;
  context.container = std::move(container);
  context.state_directory = root + "/" + id;
  context.pid = context.container.pid;
  return context;
}

// Tells the container's process to begin. `waiting` is the connection to it of whoever made it.
Result<UniqueFd> Begin(const Context& context, UniqueFd waiting) {
  if (context.starts_at_once) {
    RETURN_IF_ERROR(SendDone(waiting.get()));
    return waiting;
  }
  ASSIGN_OR_RETURN(UniqueFd connection,
                   ConnectTo(StartSocket(context.state_directory), {SOCK_SEQPACKET}));
  if (auto begun = ReceiveDone(connection.get()); !begun.has_value())
    return std::move(begun)
        .error()
        .In("start-socket")
        .Hint("was it started or killed at the same moment?");
  return connection;
}

Result<void> StartIn(Context& context, UniqueFd waiting) {
  if (!context.config.process)
    return Failure("config.json has no process", "add one before create");
  auto started = RunAlone(StartingStages(), context);
  if (started.has_value()) {
    ASSIGN_OR_RETURN(const UniqueFd connection, Begin(context, std::move(waiting)));
    started = ReceiveUntilClosed(connection.get());
    if (started.has_value()) {
      ChangeStatus(context, "running");
      started = RunAlone(StartedStages(), context);
    } else if (auto ended = End(context); !ended.has_value()) {
      // Its process ends by itself, but callers delete the container as soon as they hear of it.
      Warn("ending the container: " + ended.error().ToLine());
    }
  }
  if (started.has_value() || !IsHookError(started.error())) return started;
  auto killed = End(context);
  if (killed.has_value()) killed = RunAlone(DeleteStages(), context);
  if (!killed.has_value()) Warn("ending the container: " + killed.error().ToLine());
  return started;
}

}  // namespace

Result<void> Create(const CreateOptions& options) {
  ASSIGN_OR_RETURN(Context context, NewContext(options));
  auto created = CreateOrUndo(context);
  return created.has_value() ? Result<void>() : std::move(created).error();
}

Result<void> Start(const std::string& root, const std::string& id, const StageChanges& changes) {
  ASSIGN_OR_RETURN(Context context, LoadContext(root, id));
  context.changes = changes;
  ASSIGN_OR_RETURN(const std::string status, StatusOf(context.container));
  // oci-runtime/runtime/start/not-created-errors
  if (status != "created")
    return Failure("container \"" + id + "\" is " + status + ", not created",
                   "only a created container can be started");
  context.status = status;
  return StartIn(context, UniqueFd());
}

Result<void> Kill(const std::string& root, const std::string& id, int signal, bool all) {
  ASSIGN_OR_RETURN(const Container container, LoadContainer(root, id));
  const auto pidfd = OpenProcess(container);
  if (!pidfd.has_value() && !all) return pidfd.error();
  const bool to_all = all || (signal == SIGKILL && !container.own_pids);
  if (to_all && !container.cgroups.empty()) {
    SignalCgroups(container.cgroups, signal);
  } else if (pidfd.has_value() &&
             syscall(SYS_pidfd_send_signal, pidfd->get(), signal, nullptr, 0) != 0) {
    return CallError("pidfd_send_signal", std::to_string(signal));
  }
  // What is frozen would not die.
  if (signal == SIGKILL && IsFrozen(container.cgroup)) return Thaw(container.cgroup);
  return {};
}

Result<void> Pause(const std::string& root, const std::string& id) {
  ASSIGN_OR_RETURN(const Container container, LoadContainer(root, id));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  if (status != "running")
    return Failure("container \"" + id + "\" is " + status + ", not running",
                   "only a running container can be paused");
  RETURN_IF_ERROR(Freeze(container.cgroup));
  TellStatus(container, "paused");
  return {};
}

Result<void> Resume(const std::string& root, const std::string& id) {
  ASSIGN_OR_RETURN(const Container container, LoadContainer(root, id));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  if (status != "paused")
    return Failure("container \"" + id + "\" is " + status + ", not paused",
                   "only a paused container can be resumed");
  RETURN_IF_ERROR(Thaw(container.cgroup));
  TellStatus(container, "running");
  return {};
}

Result<void> Update(const std::string& root, const std::string& id, const std::string& resources) {
  ASSIGN_OR_RETURN(const Context context, LoadContext(root, id));
  const Container& container = context.container;
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  if (status == "stopped" || status == "creating")
    return Failure("container \"" + id + "\" is " + status, "update one that was created");
  if (container.cgroup.path.empty())
    return Failure("container \"" + id + "\" has no control group",
                   "give it a linux.cgroupsPath or linux.resources");
  auto document = nlohmann::json::parse(resources, nullptr, false);
  if (!document.is_object())
    return Failure("the resources are no JSON object", "give what linux.resources would hold");
  document = AsChange(context.config, std::move(document));
  if (!container.unit.empty()) RETURN_IF_ERROR(UpdateScope(context, document));
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(container.cgroup));
  RETURN_IF_ERROR(EnableControllers(hierarchies, container.cgroup.path, document));
  return WriteLimits(hierarchies, container.cgroup.path, document);
}

Result<void> Delete(const std::string& root, const std::string& id, bool force,
                    const StageChanges& changes) {
  auto loaded = force ? LoadDamaged(root, id) : LoadContext(root, id);
  if (!loaded.has_value()) {
    // What a failed call hides may be a living container: only where nothing is known of one there
    // is nothing but files.
    if (!force || !loaded.error().call.empty()) return std::move(loaded).error();
    RETURN_IF_ERROR(CheckId(id));
    return RemoveTree(root + "/" + id);
  }
  loaded->changes = changes;
  ASSIGN_OR_RETURN(const std::string status, StatusOf(loaded->container));
  // oci-runtime/runtime/delete/not-stopped-errors
  if (status != "stopped" && !force)
    return Failure("container \"" + id + "\" is " + status + ", not stopped",
                   "kill it first, or pass --force");
  RETURN_IF_ERROR(End(*loaded));
  return RunAlone(DeleteStages(), *loaded);
}

Result<int> RunContainer(const CreateOptions& options, const RunBehaviour& behaviour) {
  ASSIGN_OR_RETURN(Context context, NewContext(options));
  context.starts_at_once = true;
  ASSIGN_OR_RETURN(Foreground foreground, Foreground::Prepare(context, behaviour.detach));
  if (!behaviour.detach && behaviour.subreaper) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  ASSIGN_OR_RETURN(UniqueFd waiting, CreateOrUndo(context));
  foreground.Begin(context);
  auto started = StartIn(context, std::move(waiting));
  if (!started.has_value()) {
    kill(context.pid, SIGKILL);  // our own child, which nobody else reaps
    auto killed = End(context);
    WaitForChild(context.pid);
    if (!IsHookError(started.error())) killed = RunAlone(DeleteStages(), context);
    if (!killed.has_value()) Warn("ending the container: " + killed.error().ToLine());
    return std::move(started).error();
  }
  if (behaviour.detach) return 0;
  ASSIGN_OR_RETURN(const int status, foreground.WaitForEnd(context.pid));
  ChangeStatus(context, "stopped");
  if (behaviour.keep) return status;
  RETURN_IF_ERROR(RunAlone(DeleteStages(), context));
  return status;
}

}  // namespace loadline::runtime
