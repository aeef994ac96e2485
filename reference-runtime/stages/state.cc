// SPDX-License-Identifier: Apache-2.0
// The container's own directory below --root: its saved state, and the socket on which it waits for
// start.
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/files.h"
#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/watch.h"

namespace loadline::runtime {

namespace {

// A directory whose name others can foresee may be theirs.
Result<void> CheckOwner(const std::string& root) {
  struct stat info {};
  if (lstat(root.c_str(), &info) != 0) return CallError("lstat", root);
  if (S_ISDIR(info.st_mode) && info.st_uid == geteuid() && (info.st_mode & 022) == 0) return {};
  return Failure("the state directory " + root + " belongs to somebody else, or others may write",
                 "choose another --root, or set XDG_RUNTIME_DIR");
}

}  // namespace

// oci-runtime/runtime/create/unique-id: making the directory is what claims the id.
Result<void> MakeStateDirectory(Context& context) {
  const std::string root = std::filesystem::path(context.state_directory).parent_path();
  if (getauxval(AT_EUID) != 0 && access(root.c_str(), F_OK) == 0) RETURN_IF_ERROR(CheckOwner(root));
  int made = mkdir(context.state_directory.c_str(), 0700);
  if (made != 0 && errno == ENOENT) {
    std::error_code problem;
    std::filesystem::create_directories(root, problem);
    if (problem)
      return Failure("the state directory cannot be made: " + problem.message(),
                     "choose another --root");
    made = mkdir(context.state_directory.c_str(), 0700);
  }
  if (made != 0) {
    if (errno == EEXIST)
      return Failure("container \"" + context.container.id + "\" exists already",
                     "choose another id, or delete it");
    return CallError("mkdir", context.state_directory).Hint("choose another --root");
  }
  context.owns_state = true;
  TellStatus(context.container, context.status);
  // oci-runtime/runtime/lifecycle/config-edits-ignored. First, so that where there is a state there
  // is a configuration, whenever this process is killed.
  return SaveConfig(context.state_directory, context.config.text);
}

// Before anything is made that is not in the state directory, so that `delete --force` finds it
// whenever this process is killed.
Result<void> SavePlan(Context& context) {
  return SaveContainer(context.state_directory, context.container);
}

Result<void> ListenForStart(Context& context) {
  if (context.starts_at_once) return {};
  context.start_listener = UniqueFd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!context.start_listener) return CallError("socket");
  ASSIGN_OR_RETURN(const UniqueFd directory, Open(context.state_directory, O_PATH | O_DIRECTORY));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = StartSocket(ProcPath(directory.get()));
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(context.start_listener.get(), reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0)
    return CallError("bind", StartSocket(context.state_directory));
  if (listen(context.start_listener.get(), 1) != 0)
    return CallError("listen", StartSocket(context.state_directory));
  return {};
}

Result<void> SaveCreated(Context& context) {
  RETURN_IF_ERROR(SaveProcess(context.state_directory, context.container));
  if (context.pid_file.empty()) return {};
  context.owns_pid_file = true;
  return WritePidFile(context.pid_file, context.pid);
}

// The socket goes, on which nobody waits any more.
Result<void> SaveRunning(Context& context) {
  const std::string socket = StartSocket(context.state_directory);
  if (context.starts_at_once || unlink(socket.c_str()) == 0) return {};
  const Error error = CallError("unlink", socket);
  if (context.container.program.empty()) return error;
  // The payload runs, which its process tells as well.
  Warn("save-running: " + error.ToLine());
  return {};
}

Result<void> RemoveState(Context& context) {
  RETURN_IF_ERROR(RemoveSaved(context.state_directory, !context.starts_at_once));
  ChangeStatus(context, "deleted");
  return {};
}

}  // namespace loadline::runtime
