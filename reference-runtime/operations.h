// SPDX-License-Identifier: Apache-2.0
// The operations of the standard (oci-runtime/runtime): create, start, kill, delete, and run, which
// is the first two and a wait.
#pragma once

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
  std::vector<std::string> without;  // stages left out
  bool without_cgroups = false;      // leave the process in the caller's groups
};

// An error leaves nothing behind. On success the container's process waits for start.
Result<void> Create(const CreateOptions& options);
Result<void> Start(const std::string& root, const std::string& id,
                   const std::vector<std::string>& without);
// With `all` every process in the container's groups gets the signal.
Result<void> Kill(const std::string& root, const std::string& id, int signal, bool all);
// `force` kills first, and does not mind a container that does not exist.
Result<void> Delete(const std::string& root, const std::string& id, bool force,
                    const std::vector<std::string>& without);
// Stop every process of a running container, and let them go on.
Result<void> Pause(const std::string& root, const std::string& id);
Result<void> Resume(const std::string& root, const std::string& id);
// Changes the limits to those of `resources`, a linux.resources as JSON text; the others stay.
Result<void> Update(const std::string& root, const std::string& id, const std::string& resources);
// Returns the payload's exit status (128 + signal when a signal ended it). With `detach` returns 0
// once it runs.
Result<int> RunContainer(const CreateOptions& options, bool detach);

}  // namespace loadline::runtime
