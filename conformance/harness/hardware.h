// SPDX-License-Identifier: Apache-2.0
// The devices of the host that cases set limits for.
#pragma once

#include <optional>
#include <string>

namespace loadline::conformance {

struct Disk {
  std::string name;  // "loop0"
  int major = 0;
  int minor = 0;
  bool bfq = false;  // the bfq scheduler, which alone knows weights by device, has its queue
};

// The whole disk of this host (no partition) whose queue bfq has, or else the first one by name.
// Nothing is read from it or written to it.
std::optional<Disk> FindDisk();

// Whether some disk could be given to bfq: then its weights are files of every control group.
bool KnowsBfq();

// Whether there is a place to swap to.
bool HasSwap();

// The RDMA device of this host that comes first by name; empty when there is none.
std::string FindRdmaDevice();

}  // namespace loadline::conformance
