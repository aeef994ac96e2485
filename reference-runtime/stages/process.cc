// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process: the payload's working directory and program.
#include <fcntl.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "base/files.h"
#include "reference-runtime/message.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

const char* PathVariable(const std::vector<std::string>& environment) {
  for (const std::string& variable : environment) {
    if (variable.starts_with("PATH=")) return variable.c_str() + 5;
  }
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

// Whether a file can be executed, as far as its type and mode say; keeps its path in the context.
bool IsProgram(const std::string& path, Context& context) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return false;
  errno = EACCES;
  if (!S_ISREG(info.st_mode) || (info.st_mode & 0111) == 0) return false;
  // It must not be handed to the payload through /proc/self/exe: it could be overwritten from
  // there.
  if (FileIdentity(info) == OwnProgram()) return false;
  context.program = path;
  return true;
}

// In runc's words, in which docker and podman read what the exit status has to be.
Error ProgramError(const std::string& name, int number) {
  const bool searched = name.find('/') == std::string::npos;
  std::string reason = strerror(number);
  if (number == ENOENT && searched) reason = "executable file not found in $PATH";
  reason[0] = static_cast<char>(std::tolower(reason[0]));
  Error error = Failure("exec: \"" + name + "\": " + reason,
                        "process.args[0] has to name a program in the container");
  error.number = number;
  return error;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

// During create, so that a program that is not there is an error before anybody waits for it.
Result<void> FindProgramInChild(Context& context) {
  if (!context.config.process) return {};
  const ProcessSpec& process = *context.config.process;
  const std::string& name = process.args[0];
  errno = ENOENT;
  if (name.find('/') != std::string::npos) {
    const std::string path = name[0] == '/' ? name : process.cwd + "/" + name;
    if (IsProgram(path, context)) return {};
  } else {
    std::string_view search = PathVariable(process.environment);
    while (!search.empty()) {
      const size_t colon = search.find(':');
      const std::string directory(search.substr(0, colon));
      search.remove_prefix(colon == std::string_view::npos ? search.size() : colon + 1);
      if (IsProgram((directory.empty() ? process.cwd : directory) + "/" + name, context)) return {};
    }
  }
  return ProgramError(name, errno);
}

Result<void> SetPersonalityInChild(Context& context) {
  const std::string& domain = context.config.linux_spec.personality;
  if (domain.empty()) return {};
  if (domain != "LINUX" && domain != "LINUX32")
    return Failure("linux.personality.domain \"" + domain + "\" is not known",
                   "use LINUX or LINUX32");
  if (personality(domain == "LINUX32" ? PER_LINUX32 : PER_LINUX) < 0)
    return CallError("personality", domain);
  return {};
}

// A working directory that is missing is made, as every engine expects; before the root becomes
// read-only.
Result<void> MakeDirectoryInChild(Context& context) {
  if (!context.config.process || !context.root || context.config.process->cwd == "/") return {};
  auto made = MakeDirectoriesInRoot(context.root.get(), context.config.process->cwd, 0755);
  (void)made;
  // What cannot be made here may still be there for the user; changing to it decides.
  return {};
}

// oci-runtime/config/process/cwd. As the user, who may be the only one allowed to enter it; without
// magic links, which could lead to a directory outside that a descriptor is still open on.
Result<void> ChangeDirectoryInChild(Context& context) {
  const std::string& cwd = context.config.process->cwd;
  if (chdir("/") != 0) return CallError("chdir", "/");
  if (cwd == "/") return {};
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenInRoot(AT_FDCWD, cwd, O_PATH | O_DIRECTORY));
  if (fchdir(directory.get()) != 0) return CallError("fchdir", cwd);
  return {};
}

Result<void> ExecuteInChild(Context& context) {
  const ProcessSpec& process = *context.config.process;
  const auto argv = Pointers(process.args);
  const auto environment = Pointers(process.environment);
  execve(context.program.c_str(), argv.data(), environment.data());
  return ProgramError(context.program, errno);
}

}  // namespace loadline::runtime
