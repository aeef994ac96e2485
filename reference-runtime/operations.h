// SPDX-License-Identifier: Apache-2.0
// The operations of the standard (oci-runtime/runtime): create, start, kill, delete, and run, which
// is the first two and a wait.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

struct CreateOptions {
  std::string root;  // where state is kept
  std::string id;
  std::string bundle = ".";
  std::string pid_file;
  std::string console_socket;
  std::string pidfd_socket;
  std::optional<bool> rootless;  // absent: found out
  StageChanges changes;
  std::string resctrl;  // what stands for resctrl's filesystem; empty: the mounted one
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  bool no_pivot = false;       // move the root to its place instead
  bool own_keyring = true;     // a session keyring of the container's
  int listen_descriptors = 0;  // how many of the descriptors are the caller's LISTEN_FDS
};

// What `run` does after start.
struct RunBehaviour {
  bool detach = false;    // return once the payload runs
  bool keep = false;      // do not delete the container when it has ended
  bool subreaper = true;  // adopt what the container's processes leave behind
};

// What create and restore begin with: the bundle's configuration, and what is to be known of the
// container.
Result<Context> NewContext(const CreateOptions& options);
// Undoes what was done for a container that is not to be. What cannot be undone is a warning: the
// first error is the one to report.
void Undo(Context& context);
// An error leaves nothing behind. On success the container's process waits for start.
Result<void> Create(const CreateOptions& options);
Result<void> Start(const std::string& root, const std::string& id, const StageChanges& changes);
// With `all` every process in the container's groups gets the signal, and one that has stopped is
// no error. SIGKILL is for all where no pid namespace ends with the first process.
Result<void> Kill(const std::string& root, const std::string& id, int signal, bool all);
// `force` kills first, and does not mind a container that does not exist.
Result<void> Delete(const std::string& root, const std::string& id, bool force,
                    const StageChanges& changes);
// Stop every process of a running container, and let them go on.
Result<void> Pause(const std::string& root, const std::string& id);
Result<void> Resume(const std::string& root, const std::string& id);
// Changes the limits to those of `resources`, a linux.resources as JSON text; the others stay.
Result<void> Update(const std::string& root, const std::string& id, const std::string& resources);
// Returns the payload's exit status (128 + signal when a signal ended it). With `detach` returns 0
// once it runs.
Result<int> RunContainer(const CreateOptions& options, const RunBehaviour& behaviour);

}  // namespace loadline::runtime
