// SPDX-License-Identifier: Apache-2.0
// Groups of a resctrl filesystem (Intel's Resource Director Technology), by directories and files
// alone (oci-runtime/config-linux/intel-rdt).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace loadline::runtime {

struct IntelRdt;

// Where a container stands.
struct RdtPlace {
  std::string mount_point;
  std::string group;        // the directory of its class of service; empty: it has none
  std::string monitoring;   // that of its monitoring group; empty: it has none
  bool owns_group = false;  // the group goes with the container
};

// The mount point of the resctrl filesystem; an error when there is none.
Result<std::string> FindResctrl();
// The groups that `wanted` asks for: what is there already has to be what it says. Makes nothing.
Result<RdtPlace> PlanRdtGroups(const std::string& mount_point, const std::string& container_id,
                               const IntelRdt& wanted);
// Makes the groups that are missing, and writes the schemas. `since_1_3` chooses between the orders
// of the versions. On error nothing that was made stays.
Result<void> MakeRdtGroups(const RdtPlace& place, const IntelRdt& wanted, bool since_1_3);
Result<void> AddToRdtGroups(const RdtPlace& place, pid_t pid);
// Removes what belongs to the container alone.
Result<void> RemoveRdtGroups(const RdtPlace& place);

}  // namespace loadline::runtime
