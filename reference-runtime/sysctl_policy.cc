// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/sysctl_policy.h"

#include <sched.h>

#include <algorithm>

#include "base/files.h"
#include "reference-runtime/config.h"

namespace loadline::runtime {
namespace {

struct Owner {
  std::string_view path;  // a file, or with a '/' at its end everything below a directory
  int flag;
  std::string_view type;
};

// namespaces(7), ipc_namespaces(7), network_namespaces(7), uts_namespaces(7), user_namespaces(7)
constexpr Owner kOwners[] = {
    {"net/", CLONE_NEWNET, "network"},
    {"fs/mqueue/", CLONE_NEWIPC, "ipc"},
    {"kernel/auto_msgmni", CLONE_NEWIPC, "ipc"},
    {"kernel/msg_next_id", CLONE_NEWIPC, "ipc"},
    {"kernel/msgmax", CLONE_NEWIPC, "ipc"},
    {"kernel/msgmnb", CLONE_NEWIPC, "ipc"},
    {"kernel/msgmni", CLONE_NEWIPC, "ipc"},
    {"kernel/sem", CLONE_NEWIPC, "ipc"},
    {"kernel/sem_next_id", CLONE_NEWIPC, "ipc"},
    {"kernel/shm_next_id", CLONE_NEWIPC, "ipc"},
    {"kernel/shm_rmid_forced", CLONE_NEWIPC, "ipc"},
    {"kernel/shmall", CLONE_NEWIPC, "ipc"},
    {"kernel/shmmax", CLONE_NEWIPC, "ipc"},
    {"kernel/shmmni", CLONE_NEWIPC, "ipc"},
    {"kernel/domainname", CLONE_NEWUTS, "uts"},
    {"kernel/hostname", CLONE_NEWUTS, "uts"},
    {"user/", CLONE_NEWUSER, "user"},
};

bool Matches(const Owner& owner, const std::string& path) {
  return owner.path.ends_with('/') ? path.starts_with(owner.path) : path == owner.path;
}

}  // namespace

Result<std::string> SysctlFile(const std::string& key, const LinuxSpec& spec) {
  // In the slash form a component may hold dots: net/ipv4/conf/eth0.1/forwarding.
  std::string path = key;
  if (path.find('/') == std::string::npos) std::replace(path.begin(), path.end(), '.', '/');
  if (CleanPath("/" + path) != "/" + path)
    return Failure("the sysctl \"" + key + "\" is not a key", "write it as sysctl(8) does");
  const auto* owner = std::find_if(std::begin(kOwners), std::end(kOwners),
                                   [&](const Owner& entry) { return Matches(entry, path); });
  if (owner == std::end(kOwners))
    return Failure("the sysctl " + key + " belongs to the whole host, not to a namespace",
                   "remove it from /linux/sysctl");
  if (!spec.Has(owner->flag))
    return Failure("the sysctl " + key + " needs a " + std::string(owner->type) + " namespace",
                   "add one to /linux/namespaces");
  return path;
}

}  // namespace loadline::runtime
