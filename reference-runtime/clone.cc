// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/clone.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>

#include "base/files.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/message.h"
#include "reference-runtime/own_program.h"

namespace loadline::runtime {
namespace {

pid_t Clone(uint64_t flags) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
}

// Clones the container's process, into its group of cgroup v2 when there is one. Where that cannot
// be (the group's pids are used up, or a cgroup namespace that was joined hides the way), the stage
// cgroup-membership moves it, and says why if that fails as well.
pid_t CloneIntoCgroup(uint64_t flags, const UniqueFd& cgroup) {
  if (!cgroup) return Clone(flags);
  clone_args arguments{};
  arguments.flags = flags | CLONE_INTO_CGROUP;
  arguments.exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
  arguments.cgroup = static_cast<uint64_t>(cgroup.get());
  const auto pid = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
  return pid >= 0 ? pid : Clone(flags);
}

// The namespaces that the clone makes. Two are made by stages of their own: a cgroup namespace when
// the process is in its groups, and a time namespace, whose offsets are set while it is empty.
uint64_t NewNamespaces(const LinuxSpec& spec) {
  uint64_t flags = 0;
  for (const NamespaceSpec& entry : spec.namespaces) {
    const bool by_clone = entry.flag != CLONE_NEWCGROUP && entry.flag != CLONE_NEWTIME;
    if (entry.path.empty() && by_clone) flags |= static_cast<uint64_t>(entry.flag);
  }
  return flags;
}

Error CloneError(const LinuxSpec& spec) {
  Error error = CallError("clone3", "new namespaces");
  if (error.number != EPERM || spec.Has(CLONE_NEWUSER)) return error;
  return std::move(error).Hint(
      "without rights a container needs a user namespace: add {\"type\": \"user\"} to "
      "/linux/namespaces, and uidMappings and gidMappings");
}

int JoinedNamespaces(const LinuxSpec& spec) {
  int flags = 0;
  for (const NamespaceSpec& entry : spec.namespaces) {
    if (!entry.path.empty()) flags |= entry.flag;
  }
  return flags;
}

// oci-runtime/config-linux/namespaces: a path has to be of a namespace of its type.
Result<void> JoinNamespaces(const LinuxSpec& spec) {
  struct Opened {
    UniqueFd fd;
    int flag;
  };
  std::vector<Opened>
      opened;  // all of them before the first is joined: a path is meant as it is seen from here
  for (const NamedNumber& kind : kNamespaces) {
    const NamespaceSpec* entry = spec.Find(kind.number);
    if (entry == nullptr || entry->path.empty()) continue;
    ASSIGN_OR_RETURN(UniqueFd fd, Open(entry->path, O_RDONLY));
    opened.push_back({std::move(fd), entry->flag});
  }
  for (const Opened& entry : opened) {
    if (setns(entry.fd.get(), entry.flag) != 0) {
      Error error = CallError("setns", std::string());
      for (const NamedNumber& kind : kNamespaces) {
        if (kind.number == entry.flag)
          error.arguments = std::string(kind.name) + ", " + spec.Find(entry.flag)->path;
      }
      return std::move(error).Hint("the path has to be of a namespace of this type");
    }
  }
  return {};
}

// What a process comes back to that has joined another mount namespace.
struct Home {
  UniqueFd mounts, root, directory;

  static Result<Home> Remember() {
    ASSIGN_OR_RETURN(UniqueFd mounts, Open("/proc/self/ns/mnt", O_RDONLY));
    ASSIGN_OR_RETURN(UniqueFd root, Open("/", O_PATH | O_DIRECTORY));
    ASSIGN_OR_RETURN(UniqueFd directory, Open(".", O_PATH | O_DIRECTORY));
    return Home{std::move(mounts), std::move(root), std::move(directory)};
  }

  Result<void> Return() const {
    const bool back = setns(mounts.get(), CLONE_NEWNS) == 0 && fchdir(root.get()) == 0 &&
                      chroot(".") == 0 && fchdir(directory.get()) == 0;
    return back ? Result<void>() : CallError("setns", "back to the caller's mounts");
  }

  void Forget() {
    mounts.Reset();
    root.Reset();
    directory.Reset();
  }
};

// Going through the namespaces that are joined, to clone the container's process there: it is in
// all of them from its first moment. (A process that joined them by itself would be seen in the
// container's pid namespace while it still has the host's root.)
struct Passage {
  Context& context;
  ChildMain child_main;
  uint64_t flags;
  std::pair<UniqueFd, UniqueFd>& sockets;
  const std::function<Result<void>()>& enter;
  Home home = {};        // of this process, when it goes itself
  UniqueFd report = {};  // where a copy of this process tells of it
  pid_t pid = -1;        // the container's process
  Result<void> done = {};
};

void PassThrough(Passage& passage) {
  passage.done = passage.enter();
  if (!passage.done.has_value()) return;
  passage.pid = CloneIntoCgroup(passage.flags, passage.context.cgroup);
  if (passage.pid < 0) passage.done = CloneError(passage.context.config.linux_spec);
  if (passage.pid != 0) return;
  passage.home.Forget();
  passage.context.cgroup.Reset();
  passage.report.Reset();
  passage.sockets.first.Reset();
  LeavePlace();
  passage.child_main(passage.context, std::move(passage.sockets.second));
}

// By this process itself, which comes back: cheapest of all. It stays in the container's network
// and names, which matter to nothing that it does afterwards, and was never in its pid namespace.
Result<void> PassOurselves(Passage& passage) {
  ASSIGN_OR_RETURN(passage.home, Home::Remember());
  PassThrough(passage);
  return passage.home.Return();
}

// By a process with the memory of this one, which waits meanwhile and stays where it is; what is
// cloned is this one's child all the same. That is cheaper by far than a copy.
Result<void> PassWithOurMemory(Passage& passage) {
  passage.flags |= CLONE_PARENT;
  constexpr size_t kStack = size_t{1} << 20;  // the container's process goes on with a copy of it
  const std::unique_ptr<char[]> stack(new char[kStack]);
  const auto run = [](void* argument) -> int {
    PassThrough(*static_cast<Passage*>(argument));
    _exit(0);
  };
  const pid_t pid = clone(run, stack.get() + kStack, CLONE_VM | CLONE_VFORK | SIGCHLD, &passage);
  if (pid < 0) return CallError("clone");
  WaitForChild(pid);
  return {};
}

// By a copy of it, which tells what happened over a socket.
Result<void> PassWithACopy(Passage& passage) {
  passage.flags |= CLONE_PARENT;
  ASSIGN_OR_RETURN(auto pair, MakeSocketPair());
  const pid_t pid = Clone(0);
  if (pid < 0) return CallError("clone3");
  if (pid == 0) {
    pair.first.Reset();
    passage.report = std::move(pair.second);
    PassThrough(passage);
    auto told = passage.done.has_value() ? SendNumber(passage.report.get(), passage.pid)
                                         : SendError(passage.report.get(), passage.done.error());
    _exit(told.has_value() ? 0 : 1);
  }
  pair.second.Reset();
  auto number = ReceiveNumber(pair.first.get());
  WaitForChild(pid);
  if (!number.has_value()) return std::move(number).error();
  passage.pid = static_cast<pid_t>(*number);
  return {};
}

// Whoever shares memory can join neither a time namespace nor, without being taken for somebody
// else afterwards, a user namespace; and nobody comes back from those.
auto WayInto(int joined) {
  return (joined & (CLONE_NEWTIME | CLONE_NEWUSER)) != 0 ? PassWithACopy : PassWithOurMemory;
}

Result<pid_t> CloneThrough(Result<void> (*pass)(Passage&), Passage passage) {
  auto passed = pass(passage);
  if (!passage.done.has_value()) passed = std::move(passage.done);
  if (!passed.has_value()) {
    if (passage.pid > 0 && kill(passage.pid, SIGKILL) == 0) WaitForChild(passage.pid);
    return std::move(passed).error().In("namespaces");
  }
  // Who passes through may be killed, and says nothing then. A pid of -1 must not get any further:
  // to kill(2) it means every process of this host.
  if (passage.pid <= 0)
    return Failure("the process that joins namespaces was killed", "try again").In("namespaces");
  return passage.pid;
}

Result<void> Enter(int pidfd, int namespaces) {
  if (namespaces == 0 || setns(pidfd, namespaces) == 0) return {};
  Error error = CallError("setns", "the container's namespaces");
  const bool rights = error.number == EPERM;
  return std::move(error)
      .In("namespaces")
      .Hint(rights ? "without rights only a container that was started can be joined"
                   : "joining needs Linux 5.8");
}

// What the child has from here on. This process may live as long as the container: its descriptors
// would keep the agent's connection open (listener/connection-closed) and mounts busy.
void LeaveToChild(Context& context) {
  context.seccomp.listener_connection.Reset();
  CloseTogether(context.cgroup_tasks);
  context.mount_trees.clear();
  context.mount_user_namespaces.clear();
}

}  // namespace

void WaitForChild(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
}

Result<UniqueFd> CloneContainer(Context& context, ChildMain child_main) {
  ASSIGN_OR_RETURN(auto pair, MakeSocketPair());
  const LinuxSpec& spec = context.config.linux_spec;
  if (JoinedNamespaces(spec) != 0) {
    // As in exec: in a pid namespace that is joined there are others, who could trace the new
    // process while its root is the host's. Executing the payload undoes it.
    if ((JoinedNamespaces(spec) & CLONE_NEWPID) != 0) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    const std::function<Result<void>()> enter = [&] { return JoinNamespaces(spec); };
    ASSIGN_OR_RETURN(context.pid,
                     CloneThrough(WayInto(JoinedNamespaces(spec)),
                                  {context, child_main, NewNamespaces(spec), pair, enter}));
  } else {
    context.pid = CloneIntoCgroup(NewNamespaces(spec), context.cgroup);
    if (context.pid < 0) return CloneError(spec).In("namespaces");
    if (context.pid == 0) {
      context.cgroup.Reset();
      pair.first.Reset();  // or the child would not notice the end of its parent
      LeavePlace();
      child_main(context, std::move(pair.second));
    }
  }
  // listener/connection-closed: the child's end is the only one now, and goes when it has been
  // used.
  LeaveToChild(context);
  return std::move(pair.first);
}

Result<UniqueFd> CloneInto(int pidfd, int namespaces, Context& context, ChildMain child_main) {
  ASSIGN_OR_RETURN(auto pair, MakeSocketPair());
  const std::function<Result<void>()> enter = [&] { return Enter(pidfd, namespaces); };
  const auto way = WayInto(namespaces);
  const bool alone = way == PassWithOurMemory && (namespaces & CLONE_NEWNS) != 0;
  ASSIGN_OR_RETURN(context.pid, CloneThrough(alone ? PassOurselves : way,
                                             {context, child_main, 0, pair, enter}));
  LeaveToChild(context);
  return std::move(pair.first);
}

}  // namespace loadline::runtime
