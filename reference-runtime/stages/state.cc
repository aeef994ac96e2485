// SPDX-License-Identifier: Apache-2.0
// The container's own directory below --root: its saved state, and the socket on which it waits for
// start.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"

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
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path(context.state_directory).parent_path(),
                                      problem);
  if (problem)
    return Failure("the state directory cannot be made: " + problem.message(),
                   "choose another --root");
  if (geteuid() != 0)
    RETURN_IF_ERROR(CheckOwner(std::filesystem::path(context.state_directory).parent_path()));
  if (mkdir(context.state_directory.c_str(), 0700) != 0) {
    if (errno == EEXIST)
      return Failure("container \"" + context.container.id + "\" exists already",
                     "choose another id, or delete it");
    return CallError("mkdir", context.state_directory).Hint("choose another --root");
  }
  context.owns_state = true;
  // oci-runtime/runtime/lifecycle/config-edits-ignored. First, so that where there is a state there
  // is a configuration, whenever this process is killed.
  RETURN_IF_ERROR(
      WriteFileAtomically(context.state_directory + "/config.json", context.config.text, 0600));
  return SaveContainer(context.state_directory, context.container);
}

Result<void> ListenForStart(Context& context) {
  context.start_listener = UniqueFd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!context.start_listener) return CallError("socket");
  ASSIGN_OR_RETURN(const UniqueFd directory, Open(context.state_directory, O_PATH | O_DIRECTORY));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = ProcPath(directory.get()) + "/start";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(context.start_listener.get(), reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0)
    return CallError("bind", context.state_directory + "/start");
  if (listen(context.start_listener.get(), 1) != 0)
    return CallError("listen", context.state_directory + "/start");
  return {};
}

Result<void> SaveCreated(Context& context) {
  context.container.program = ProgramOf("self");  // the container's process was cloned from it
  RETURN_IF_ERROR(SaveContainer(context.state_directory, context.container));
  if (context.pid_file.empty()) return {};
  context.owns_pid_file = true;
  return WritePidFile(context.pid_file, context.pid);
}

Result<void> SaveRunning(Context& context) {
  context.container.started = true;
  auto saved = SaveContainer(context.state_directory, context.container);
  if (saved.has_value() || context.container.program.empty()) return saved;
  // The payload runs, which its process tells as well.
  Warn("save-running: " + saved.error().ToLine());
  return {};
}

Result<void> RemoveState(Context& context) { return RemoveTree(context.state_directory); }

}  // namespace loadline::runtime
