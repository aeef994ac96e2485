// SPDX-License-Identifier: Apache-2.0
// The mount options of the standard as one table (oci-runtime/config/mounts/options).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// What the options of one mount ask for, sorted by the call that does it.
struct MountRequest {
  uint64_t set = 0;  // MOUNT_ATTR_… of this mount
  uint64_t clear = 0;
  uint64_t recursive_set = 0;  // of this mount and those below it
  uint64_t recursive_clear = 0;
  bool bind = false;
  bool recursive_bind = false;
  bool remount = false;
  bool copy_up = false;  // tmpcopyup
  bool idmap = false;
  bool recursive_idmap = false;
  std::vector<std::pair<uint64_t, bool>> propagation;  // MS_SHARED …, whether recursive; in order
  std::vector<std::string> superblock;                 // flags and key=value, for the filesystem
};

// An option that no kernel can express is an error; what the table does not know goes to the
// filesystem.
MountRequest ParseMountOptions(const std::vector<std::string>& options);
// Every option that the table knows, for `features`.
std::vector<std::string> KnownMountOptions();

}  // namespace loadline::runtime
