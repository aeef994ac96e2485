// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/clone.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/message.h"

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

bool NeedsIntermediate(const LinuxSpec& spec) {
  for (const NamespaceSpec& entry : spec.namespaces) {
    if (!entry.path.empty()) return true;
  }
  return false;
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

// Namespaces are joined by a process of its own, so that the runtime itself stays where it is; the
// one that it clones then is the runtime's child all the same.
template <class Enter>
Result<pid_t> CloneThroughIntermediate(Context& context, ChildMain child_main, uint64_t flags,
                                       std::pair<UniqueFd, UniqueFd>& sockets, Enter enter) {
  ASSIGN_OR_RETURN(auto pair, MakeSocketPair());
  const pid_t intermediate = Clone(0);
  if (intermediate < 0) return CallError("clone3");
  if (intermediate == 0) {
    pair.first.Reset();
    sockets.first.Reset();
    Result<void> joined = enter();
    pid_t pid = -1;
    if (joined.has_value()) {
      pid = CloneIntoCgroup(flags | CLONE_PARENT, context.cgroup);
      if (pid == 0) {
        context.cgroup.Reset();
        pair.second.Reset();
        child_main(context, std::move(sockets.second));
      }
      if (pid < 0) joined = CloneError(context.config.linux_spec);
    }
    auto told = joined.has_value()
                    ? SendNumber(pair.second.get(), pid)
                    : SendError(pair.second.get(), std::move(joined).error().In("namespaces"));
    _exit(told.has_value() ? 0 : 1);
  }
  pair.second.Reset();
  auto pid = ReceiveNumber(pair.first.get());
  WaitForChild(intermediate);
  if (!pid.has_value()) return std::move(pid).error().In("namespaces");
  return static_cast<pid_t>(*pid);
}

// What the child has from here on. This process may live as long as the container: its descriptors
// would keep the agent's connection open (listener/connection-closed) and mounts busy.
void LeaveToChild(Context& context) {
  context.seccomp.listener_connection.Reset();
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
  if (NeedsIntermediate(spec)) {
    const auto enter = [&] { return JoinNamespaces(spec); };
    ASSIGN_OR_RETURN(context.pid, CloneThroughIntermediate(context, child_main, NewNamespaces(spec),
                                                           pair, enter));
  } else {
    context.pid = CloneIntoCgroup(NewNamespaces(spec), context.cgroup);
    if (context.pid < 0) return CloneError(spec).In("namespaces");
    if (context.pid == 0) {
      context.cgroup.Reset();
      pair.first.Reset();  // or the child would not notice the end of its parent
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
  const auto enter = [&]() -> Result<void> {
    if (namespaces == 0 || setns(pidfd, namespaces) == 0) return {};
    Error error = CallError("setns", "the container's namespaces");
    const bool rights = error.number == EPERM;
    return std::move(error).Hint(
        rights ? "without rights only a container that was started can be joined"
               : "joining needs Linux 5.8");
  };
  ASSIGN_OR_RETURN(context.pid, CloneThroughIntermediate(context, child_main, 0, pair, enter));
  LeaveToChild(context);
  return std::move(pair.first);
}

}  // namespace loadline::runtime
