// SPDX-License-Identifier: Apache-2.0
// Stages: create, start, exec and delete are tables of them; the driver walks a table on both sides
// of the clone.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/config.h"
#include "reference-runtime/container.h"
#include "reference-runtime/seccomp_filter.h"

namespace loadline::runtime {

// Who runs a stage: the runtime's own process, or the container's first process on its way to the
// payload.
enum class Side { kParent, kChild };
constexpr std::string_view NameOf(Side side) {
  return side == Side::kParent ? "runtime" : "container";
}

// The name of a stage, in the table itself: a probe can hand over only what is in memory, and of
// the table that is what was read to run the stage.
class StageName {
 public:
  template <size_t N>
  consteval StageName(const char (&name)[N]) {  // NOLINT: the tables name their stages in words
    static_assert(N <= sizeof text_, "a longer name needs more room here");
    for (size_t i = 0; i < N; ++i) text_[i] = name[i];
  }
  constexpr const char* c_str() const { return text_; }
  constexpr operator std::string_view() const { return text_; }  // NOLINT: it is used as one
  friend constexpr bool operator==(const StageName& a, std::string_view b) {
    return std::string_view(a) == b;
  }

 private:
  char text_[24] = {};
};

// The runtime's own, with which it makes what others may read.
constexpr mode_t kOwnUmask = 022;

// What tests do to the tables, so that it can be seen that somebody notices.
struct StageChanges {
  std::vector<std::string> without;  // these are left out
  std::vector<std::pair<std::string, std::string>>
      swapped;  // the first of either name change places
};

// What the stages work on. The child gets a copy when it is cloned; what it changes, the parent
// does not see.
struct Context {
  Config config;
  Container container;              // what is saved in the state directory
  std::string status = "creating";  // of the container, as seccomp's agent is told
  std::string state_directory;      // <root>/<id>
  std::string console_socket;
  std::string pidfd_socket;
  std::string pid_file;
  bool starts_at_once = false;  // run: nobody else calls start
  bool owns_state = false;      // this process made the state directory
  bool owns_pid_file = false;   // this process may have written the pid file
  mode_t caller_umask = 022;
  StageChanges changes;
  std::string resctrl;  // what stands for resctrl's filesystem, for tests; empty: the mounted one
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  bool no_pivot = false;                          // the root is moved to its place instead
  std::map<std::string, std::string> sub_groups;  // exec: by controller, or by "" for all, a path
                                                  // below the container's group
  std::optional<bool> rootless;  // what the caller said of its rights; absent: found out
  bool takes_cgroup = false;     // the container's process gives itself the group; no other may
  uint64_t bounding_set = 0;     // the capabilities that the child's bounding set begins with

  std::vector<Hierarchy> hierarchies;  // those that the container's groups are in
  UniqueFd cgroup;                     // its group of cgroup v2, into which its process is cloned
  std::vector<UniqueFd> cgroup_tasks;  // the groups of v1, into which its process moves itself
  bool moves_itself = false;           // there are such
  UniqueFd cgroup_namespace;           // exec: the container's, when it has to be joined
  UniqueFd start_listener;             // made by the parent, accepted on by the child
  UniqueFd console_connection;         // to the console socket, when the process has a terminal
  UniqueFd start_connection;           // child: whoever called start
  SeccompFilter seccomp;               // compiled before the clone
  std::vector<UniqueFd>
      mount_user_namespaces;          // by mount: that of a new filesystem that is to be id-mapped
  std::vector<UniqueFd> mount_trees;  // by mount: what is bound and is id-mapped already
  pid_t pid = 0;                      // parent: the container's process

  // The child's own.
  UniqueFd root;        // the container's root, O_PATH
  UniqueFd dev;         // its /dev, O_PATH, from when devices are made until links are
  UniqueFd terminal;    // the slave, when the process has a terminal
  std::string program;  // the file to be executed, as a path in the container
};

using StageFunction = Result<void> (*)(Context& context);
// Whether a stage has anything to do. Both sides ask, and the answers have to be the same: it is
// found in what was known before the clone.
using StageNeeded = bool (*)(const Context& context);

struct Stage {
  StageName name;
  Side side;
  StageFunction run;
  std::string_view requirement;  // the promise that it keeps: an id of the ledger, or the area of
                                 // several
  StageNeeded needed = nullptr;  // absent: always. The sides wait for each other only for what is
                                 // needed
};

// The tables.
std::span<const Stage>
PrepareStages();  // create, before there is a container process: parent alone
std::span<const Stage> PrepareRestoreStages();  // restore, before there is a process
std::span<const Stage> CreateStages();          // create, with both sides
std::span<const Stage> StartingStages();  // start, in the caller's process before the container's
std::span<const Stage> StartStages();     // start, in the container's process
std::span<const Stage> ExecuteStages();   // start and exec, in the process that becomes the payload
std::span<const Stage> StartedStages();   // start, in the caller's process after the payload runs
std::span<const Stage> PrepareExecStages();  // exec, before there is a process: parent alone
std::span<const Stage> JoinStages();         // exec, with both sides
std::span<const Stage> DeleteStages();

struct Table {
  std::string_view name;
  std::span<const Stage> stages;
};
std::vector<Table> AllTables();

// Runs the stages of one process that has no other side.
Result<void> RunAlone(std::span<const Stage> stages, Context& context);
// Walks the table on one side: runs the stages of that side, and waits at each change of side for
// the other one over `socket`. An error of either side ends both; it is returned on this side as it
// was on the other.
Result<void> RunSide(std::span<const Stage> stages, Side side, Context& context, int socket);

}  // namespace loadline::runtime
