// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/nest.h"

#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/twin.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kNamespaces =
    CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP;
// The outermost user namespace is of these ids, and those in it of all that it has.
constexpr const char* kFirstMap = "0 100000 65536";
constexpr const char* kFurtherMap = "0 0 65536";

// fork() into new namespaces.
pid_t CloneInto(uint64_t namespaces) {
  clone_args arguments{};
  arguments.flags = namespaces;
  arguments.exit_signal = SIGCHLD;
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
}

int WaitForChild(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// What every runtime does in there.
Result<void> Furnish() {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return CallError("mount", "/, private");
  if (mount("proc", "/proc", "proc", kFlags, nullptr) != 0) return CallError("mount", "proc");
  if (mount("sysfs", "/sys", "sysfs", kFlags | MS_RDONLY, nullptr) != 0)
    return CallError("mount", "sysfs");
  if (mount("tmpfs", "/tmp", "tmpfs", kFlags, nullptr) != 0) return CallError("mount", "tmpfs");
  if (sethostname("nest", 4) != 0) return CallError("sethostname");
  return {};
}

Result<void> BecomeRoot() {
  if (setgroups(0, nullptr) != 0) return CallError("setgroups");
  if (setresgid(0, 0, 0) != 0) return CallError("setresgid");
  if (setresuid(0, 0, 0) != 0) return CallError("setresuid");
  // Who changes his ids cannot be traced, and nobody but the host's root may write his maps.
  if (prctl(PR_SET_DUMPABLE, 1) != 0) return CallError("prctl", "PR_SET_DUMPABLE");
  return {};
}

Result<void> WriteMaps(pid_t pid, const char* map) {
  for (const char* kind : {"uid_map", "gid_map"})
    RETURN_IF_ERROR(WriteExisting("/proc/" + std::to_string(pid) + "/" + kind, map));
  return {};
}

// One of the levels: says how far it got when it does not get further.
class Level {
 public:
  Level(int number, int wanted, bool users) : number_(number), wanted_(wanted), users_(users) {}

  // Makes those below, from where we are. Whoever fails says so.
  int MakeNext() {
    if (number_ == wanted_) return SayDepth("");
    auto go = MakePipe();
    if (!go) return SayDepth(go.error().ToLine());
    const pid_t pid = CloneInto(kNamespaces | (users_ ? CLONE_NEWUSER : 0));
    if (pid < 0) return SayDepth(CallError("clone3").ToLine());
    if (pid == 0) {
      go->write.Reset();
      _exit(Level(number_ + 1, wanted_, users_).Enter(go->read.get()));
    }
    go->read.Reset();
    const auto mapped =
        users_ ? WriteMaps(pid, number_ == 0 ? kFirstMap : kFurtherMap) : Result<void>();
    if (!mapped) {
      kill(pid, SIGKILL);
      WaitForChild(pid);
      return SayDepth(mapped.error().ToLine());
    }
    (void)WriteAll(go->write.get(), "go");
    return WEXITSTATUS(WaitForChild(pid));
  }

 private:
  int Enter(int go) {
    char byte = 0;
    while (read(go, &byte, 1) < 0 && errno == EINTR) {
    }
    auto entered = users_ ? BecomeRoot() : Result<void>();
    if (entered) entered = Furnish();
    if (entered) return MakeNext();
    --number_;  // this one does not stand
    return SayDepth(entered.error().ToLine());
  }

  int SayDepth(const std::string& failed) const {
    Say({{"depth", number_}, {"failed", failed}});
    return failed.empty() ? 0 : 1;
  }

  int number_;  // of those that stand, with this one
  int wanted_;
  bool users_;
};

}  // namespace

int Nest(const std::vector<std::string>& arguments) {
  const bool users = std::find(arguments.begin(), arguments.end(), "--users") != arguments.end();
  return Level(0, std::atoi(arguments.at(2).c_str()), users).MakeNext();
}

int Apart(const std::string& bundle) {
  const pid_t pid = CloneInto(kNamespaces);
  if (pid == 0) {
    const std::string wrong = BecomeTwin(bundle, true);
    (void)WriteAll(STDERR_FILENO, "loadline-probe: " + wrong + "\n");
    _exit(2);
  }
  if (pid < 0) {
    (void)WriteAll(STDERR_FILENO, "loadline-probe: " + CallError("clone3").ToLine() + "\n");
    return 2;
  }
  Say({{"pid", pid}});
  const int status = WaitForChild(pid);
  Say({{"code", WIFEXITED(status) ? WEXITSTATUS(status) : 0},
       {"signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0}});
  return 0;
}

}  // namespace loadline::probe
