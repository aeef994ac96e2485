// SPDX-License-Identifier: Apache-2.0
// checkpoint and restore, by the program criu.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reference-runtime/operations.h"

namespace loadline::runtime {

struct CriuOptions {
  std::string images = "checkpoint";  // directory
  std::string work;                   // directory of the log; empty: that of the images
  std::vector<std::string> more;      // further arguments of criu
};

struct CheckpointOptions {
  std::string root;  // where state is kept
  std::string id;
  bool memory_only = false;  // pre-dump: a first part, and the container runs on
  bool leave_running = false;
  CriuOptions criu;
};

// Keeps the container in files. Unless it is left running it is deleted then, as in runc.
Result<void> Checkpoint(const CheckpointOptions& options);
// Makes a container of such files and a bundle like the one it had. Returns as RunContainer does.
Result<int> Restore(const CreateOptions& options, const RunBehaviour& behaviour,
                    const CriuOptions& criu);

// Shared by the two.
// Runs criu with these descriptors {ours, number there}; an error says what its log ends with.
Result<void> RunCriu(const std::string& verb, const CriuOptions& options,
                     const std::vector<std::string>& arguments,
                     const std::vector<std::pair<int, int>>& descriptors = {});
// Whether a mount shows something of the host.
bool IsBind(const MountSpec& mount);
// The file among the images that keeps what the first three descriptors were.
inline constexpr char kDescriptorsFile[] = "/descriptors.json";
// criu's name for a network namespace that is not its to make.
inline constexpr char kNetwork[] = "extRootNetNS";

}  // namespace loadline::runtime
