// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/holders.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::conformance {
namespace {

constexpr NamespaceType kNamespaces[] = {
    {"network", "net", CLONE_NEWNET}, {"ipc", "ipc", CLONE_NEWIPC},
    {"uts", "uts", CLONE_NEWUTS},     {"pid", "pid", CLONE_NEWPID},
    {"mount", "mnt", CLONE_NEWNS},    {"cgroup", "cgroup", CLONE_NEWCGROUP},
    {"user", "user", CLONE_NEWUSER},  {"time", "time", CLONE_NEWTIME},
};

pid_t Clone(uint64_t flags) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = SIGCHLD;
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
}

[[noreturn]] void Hold() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  close_range(3, ~0U, 0);
  while (true) pause();
}

// Makes the calling process the user's in a user namespace, the one given or a new one.
bool BecomeUser(int user_namespace) {
  if (syscall(SYS_setgroups, 0, nullptr) != 0 || syscall(SYS_setresgid, kUser, kUser, kUser) != 0 ||
      syscall(SYS_setresuid, kUser, kUser, kUser) != 0)
    return false;
  const bool in =
      user_namespace < 0 ? unshare(CLONE_NEWUSER) == 0 : setns(user_namespace, CLONE_NEWUSER) == 0;
  // A process that has changed its user hides its namespaces from others of the same user.
  return in && prctl(PR_SET_DUMPABLE, 1) == 0;
}

// Tells the number to whoever reads the pipe: a pid, or minus an errno.
void Tell(int pipe, pid_t number) { (void)!write(pipe, &number, sizeof number); }

Result<pid_t> Hear(int pipe, const char* what) {
  pid_t number = 0;
  if (read(pipe, &number, sizeof number) != static_cast<ssize_t>(sizeof number))
    return Failure(std::string("fixture: the process that was to ") + what + " has ended");
  if (number >= 0) return number;
  errno = -number;
  return CallError(what, "as the cell's user");
}

}  // namespace

const NamespaceType* FindNamespaceType(std::string_view type) {
  const auto* found = std::find_if(std::begin(kNamespaces), std::end(kNamespaces),
                                   [&](const NamespaceType& known) { return known.type == type; });
  return found == std::end(kNamespaces) ? nullptr : found;
}

Result<pid_t> Holders::Start(uint64_t flags, Caller caller) {
  if (IsRootless(caller) && flags != 0) {
    if (user_namespace_.empty()) RETURN_IF_ERROR(MakeUserNamespace());
    return StartAsUser(flags);
  }
  const pid_t pid = Clone(flags);
  if (pid < 0) return CallError("clone3", "a fixture");
  if (pid == 0) Hold();
  processes_.push_back(pid);
  return pid;
}

Result<void> Holders::MakeUserNamespace() {
  ASSIGN_OR_RETURN(Pipe ready, MakePipe());
  const pid_t pid = Clone(0);
  if (pid < 0) return CallError("clone3", "a fixture");
  if (pid == 0) {
    Tell(ready.write.get(), BecomeUser(-1) ? 0 : -errno);
    Hold();
  }
  processes_.push_back(pid);
  ready.write.Reset();
  ASSIGN_OR_RETURN(const pid_t made, Hear(ready.read.get(), "make a user namespace"));
  (void)made;
  const std::string process = "/proc/" + std::to_string(pid);
  for (const char* map : {"/uid_map", "/gid_map"})
    RETURN_IF_ERROR(WriteExisting(process + map, MapOfUser()));
  user_namespace_ = process + "/ns/user";
  return {};
}

Result<pid_t> Holders::StartAsUser(uint64_t flags) {
  ASSIGN_OR_RETURN(Pipe ready, MakePipe());
  ASSIGN_OR_RETURN(const UniqueFd user, Open(user_namespace_, O_RDONLY));
  const pid_t parent = Clone(0);
  if (parent < 0) return CallError("clone3", "a fixture");
  if (parent == 0) {
    if (!BecomeUser(user.get())) {
      Tell(ready.write.get(), -errno);
      _exit(1);
    }
    // One that is born there: a pid namespace is its children's, never the caller's own.
    const pid_t child = Clone(flags);
    if (child == 0) Hold();
    Tell(ready.write.get(), child < 0 ? -errno : child);
    Hold();
  }
  processes_.push_back(parent);
  ready.write.Reset();
  ASSIGN_OR_RETURN(const pid_t child, Hear(ready.read.get(), "make a namespace"));
  processes_.push_back(child);
  return child;
}

}  // namespace loadline::conformance
