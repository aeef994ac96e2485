// SPDX-License-Identifier: Apache-2.0
// The command, and what it leaves.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/child_process.h"
#include "base/files.h"
#include "base/pipe.h"
#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kUser = 1000;

// A group that the unprivileged user may use, from whoever rules over the groups.
Result<void> Delegate(GuestPlan& plan) {
  return plan.init == kSystemdInit ? StartUserManager(kUser, plan) : DelegateCgroup(kUser, kUser);
}

[[noreturn]] void Become(GuestPlan plan, int output, int error) {
  const auto give_up = [&](const std::string& why) {
    (void)!write(error, why.data(), why.size());
    _exit(127);
  };
  if (plan.rootless) {
    if (auto delegated = Delegate(plan); !delegated.has_value())
      give_up("lab: " + delegated.error().ToLine() + "\n");
    if (chown(kWorkDirectory, kUser, kUser) != 0 || setgid(kUser) != 0 || setuid(kUser) != 0)
      give_up("lab: cannot become an unprivileged user\n");
  }
  const int null = open("/dev/null", O_RDONLY);
  if (setsid() < 0 || chdir(kWorkDirectory) != 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 ||
      dup2(error, 2) < 0)
    give_up("lab: the command cannot be prepared\n");
  std::vector<char*> words;
  for (const std::string& word : plan.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  clearenv();
  for (const std::string& variable : plan.environment) {
    const size_t equals = variable.find('=');
    setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  execvp(words[0], words.data());
  const std::string why = std::string("lab: ") + words[0] + ": " + strerror(errno) + "\n";
  (void)!write(2, why.data(), why.size());
  _exit(errno == ENOENT ? 127 : 126);
}

// Passes on what one pipe holds; whether it is still open.
bool Pass(int from, int to) {
  std::array<char, 65536> block;
  const ssize_t count = read(from, block.data(), block.size());
  if (count <= 0) return count < 0 && errno == EINTR;
  return WriteAll(to, std::string_view(block.data(), static_cast<size_t>(count))).has_value();
}

// Everything that a process 1 inherits is reaped; the command's own end ends the lab.
Record EndOf(pid_t command) {
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended == command) break;
    if (ended < 0 && errno != EINTR) return {"problem", 0, "the command was lost", 0};
  }
  if (WIFSIGNALED(status)) return {"signal", static_cast<uint32_t>(WTERMSIG(status)), "", 0};
  return {"exit", static_cast<uint32_t>(WEXITSTATUS(status)), "", 0};
}

}  // namespace

Result<Record> RunCommand(const GuestPlan& plan, int output_port, int error_port) {
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(Pipe error, MakePipe());
  // A pump of its own, so that process 1 can wait for all its children.
  const pid_t pump = fork();
  if (pump < 0) return CallError("fork");
  if (pump == 0) {
    output.write = UniqueFd();
    error.write = UniqueFd();
    std::array<pollfd, 2> pipes{{{output.read.get(), POLLIN, 0}, {error.read.get(), POLLIN, 0}}};
    const std::array<int, 2> ports{output_port, error_port};
    while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
      if (poll(pipes.data(), pipes.size(), -1) < 0 && errno != EINTR) break;
      for (size_t i = 0; i < pipes.size(); ++i) {
        if (pipes[i].fd >= 0 && pipes[i].revents != 0 && !Pass(pipes[i].fd, ports[i]))
          pipes[i].fd = -1;
      }
    }
    _exit(0);
  }
  const pid_t command = fork();
  if (command < 0) return CallError("fork");
  if (command == 0) Become(plan, output.write.get(), error.write.get());
  output = Pipe();
  error = Pipe();
  const Record end = EndOf(command);
  // Whoever still holds the output must not keep the lab up.
  if (const UniqueFd end_of_pump(static_cast<int>(syscall(SYS_pidfd_open, pump, 0))); end_of_pump) {
    ASSIGN_OR_RETURN(const Readiness ended,
                     WaitFor(end_of_pump.get(), POLLIN, Deadline::After(std::chrono::seconds(2))));
    (void)ended;
  }
  return end;
}

Result<void> SendFiles(int record_port) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(kWorkDirectory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file() || entry->is_symlink()) continue;
    const std::string path = entry->path().string();
    ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
    Record record{"file", static_cast<uint32_t>(entry->status().permissions()) & 0777,
                  path.substr(std::string_view(kWorkDirectory).size() + 1), content.size()};
    RETURN_IF_ERROR(WriteAll(record_port, HeaderOf(record)));
    RETURN_IF_ERROR(WriteAll(record_port, content));
  }
  return {};
}

}  // namespace loadline::lab
