// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/id_map.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::runtime {
namespace {

std::string MapText(const std::vector<IdMapping>& mappings) {
  std::string text;
  for (const IdMapping& mapping : mappings) {
    text += std::to_string(mapping.container) + " " + std::to_string(mapping.host) + " " +
            std::to_string(mapping.size) + "\n";
  }
  return text;
}

}  // namespace

Result<void> WriteIdMaps(pid_t pid, const std::vector<IdMapping>& uids,
                         const std::vector<IdMapping>& gids) {
  const std::string process = "/proc/" + std::to_string(pid);
  auto mapped = WriteExisting(process + "/gid_map", MapText(gids));
  if (!mapped.has_value() && mapped.error().number == EPERM) {
    // Without privileges the kernel wants setgroups denied before it takes a gid_map.
    RETURN_IF_ERROR(WriteExisting(process + "/setgroups", "deny"));
    mapped = WriteExisting(process + "/gid_map", MapText(gids));
  }
  RETURN_IF_ERROR(std::move(mapped));
  return WriteExisting(process + "/uid_map", MapText(uids));
}

Result<UniqueFd> MakeUserNamespace(const std::vector<IdMapping>& uids,
                                   const std::vector<IdMapping>& gids) {
  ASSIGN_OR_RETURN(Pipe ready, MakePipe());
  ASSIGN_OR_RETURN(Pipe hold, MakePipe());
  const pid_t pid = fork();
  if (pid < 0) return CallError("fork");
  if (pid == 0) {
    hold.write.Reset();
    char byte = unshare(CLONE_NEWUSER) == 0 ? 'y' : 'n';
    if (write(ready.write.get(), &byte, 1) == 1) (void)!read(hold.read.get(), &byte, 1);
    _exit(0);
  }
  ready.write.Reset();
  auto open_namespace = [&]() -> Result<UniqueFd> {
    char byte = 'n';
    if (read(ready.read.get(), &byte, 1) != 1 || byte != 'y')
      return Failure("a user namespace for an id-mapped mount could not be made");
    RETURN_IF_ERROR(WriteIdMaps(pid, uids, gids));
    return Open("/proc/" + std::to_string(pid) + "/ns/user", O_RDONLY);
  };
  auto opened = open_namespace();
  hold.write.Reset();
  waitpid(pid, nullptr, 0);
  return opened;
}

}  // namespace loadline::runtime
