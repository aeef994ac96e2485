// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/id_map.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/child_process.h"
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

// What every user may map: the own id alone.
bool IsOwnAlone(const std::vector<IdMapping>& mappings, uint32_t own) {
  return mappings.size() == 1 && mappings[0].size == 1 && mappings[0].host == own;
}

// One of the two programs that map the ids which /etc/subuid and /etc/subgid give to the caller.
Result<void> MapThrough(const std::string& program, pid_t pid,
                        const std::vector<IdMapping>& mappings) {
  RunOptions options;
  options.spawn.argv = {program, std::to_string(pid)};
  for (const IdMapping& mapping : mappings) {
    for (const uint32_t number : {mapping.container, mapping.host, mapping.size})
      options.spawn.argv.push_back(std::to_string(number));
  }
  options.deadline = Deadline::After(std::chrono::seconds(10));
  const auto hint = [&] {
    return "a user maps other ids than the own through " + program +
           " of the package uidmap, and only those that /etc/subuid and /etc/subgid give";
  };
  auto outcome = RunToEnd(options);
  if (!outcome.has_value()) return std::move(outcome).error().Hint(hint());
  if (outcome->status.Success()) return {};
  const std::string& said = outcome->standard_error;
  return Failure(
      program + ": " + outcome->status.ToText() + ", it said: " + said.substr(0, said.find('\n')),
      hint());
}

struct Map {
  const char* file;
  const char* program;
  const std::vector<IdMapping>& mappings;
  uint32_t own;
};

// Directly where that is allowed, through the program elsewhere.
Result<void> WriteMap(pid_t pid, const Map& map) {
  if (geteuid() == 0 || IsOwnAlone(map.mappings, map.own)) {
    auto written =
        WriteExisting("/proc/" + std::to_string(pid) + "/" + map.file, MapText(map.mappings));
    if (written.has_value() || written.error().number != EPERM) return written;
  }
  return MapThrough(map.program, pid, map.mappings);
}

}  // namespace

Result<void> WriteIdMaps(pid_t pid, const std::vector<IdMapping>& uids,
                         const std::vector<IdMapping>& gids) {
  // Without rights the kernel wants setgroups denied before it takes a gid_map, so that nobody
  // leaves a group that is denied something.
  if (geteuid() != 0 && IsOwnAlone(gids, getegid()))
    RETURN_IF_ERROR(WriteExisting("/proc/" + std::to_string(pid) + "/setgroups", "deny"));
  RETURN_IF_ERROR(WriteMap(pid, {"gid_map", "newgidmap", gids, getegid()}));
  return WriteMap(pid, {"uid_map", "newuidmap", uids, geteuid()});
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
