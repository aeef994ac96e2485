// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/calling.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/pipe.h"

namespace loadline::probe {
namespace {

sigset_t OfChildren() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

// While it lives, SIGCHLD is kept to be waited for.
class ChildrenKept {
 public:
  ChildrenKept() {
    const sigset_t set = OfChildren();
    sigprocmask(SIG_BLOCK, &set, &before_);
  }
  ~ChildrenKept() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  ChildrenKept(const ChildrenKept&) = delete;
  ChildrenKept& operator=(const ChildrenKept&) = delete;

 private:
  sigset_t before_{};
};

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// In the child. Returns the errno of what does not work.
int Become(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
           const std::array<int, 3>& streams) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_DFL);  // which the probe ignores
  for (int fd = 0; fd < 3; ++fd) {
    if (dup2(streams[static_cast<size_t>(fd)], fd) < 0) return errno;
  }
  if (chdir("/") != 0) return errno;
  execve(argv[0].c_str(), Pointers(argv).data(), Pointers(environment).data());
  return errno;
}

}  // namespace

Result<pid_t> StartProgram(const std::vector<std::string>& argv,
                           const std::vector<std::string>& environment,
                           const std::array<int, 3>& streams) {
  if (argv.empty()) return Failure("there is no program to call");
  ASSIGN_OR_RETURN(Pipe failed, MakePipe());
  const pid_t pid = fork();
  if (pid < 0) return CallError("fork");
  if (pid == 0) {
    const int error = Become(argv, environment, streams);
    _exit(write(failed.write.get(), &error, sizeof error) == sizeof error ? 127 : 126);
  }
  failed.write.Reset();
  int error = 0;
  ssize_t count = 0;
  while ((count = read(failed.read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count != sizeof error) return pid;
  (void)WaitForChild(pid, Deadline::Never());
  errno = error;
  return CallError("execve", argv[0]);
}

std::optional<int> WaitForChild(pid_t pid, const Deadline& deadline) {
  const ChildrenKept kept;
  const sigset_t children = OfChildren();
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return status;
    if ((ended < 0 && errno != EINTR) || deadline.Passed()) return std::nullopt;
    const int left = deadline.PollTimeout();
    const timespec time{left / 1000, left % 1000 * 1000000L};
    sigtimedwait(&children, nullptr, left < 0 ? nullptr : &time);
  }
}

Ended WaitOrKill(pid_t pid, const Deadline& deadline) {
  if (const auto status = WaitForChild(pid, deadline)) return {*status, false};
  kill(pid, SIGKILL);
  return {WaitForChild(pid, Deadline::Never()).value_or(SIGKILL), true};
}

}  // namespace loadline::probe
