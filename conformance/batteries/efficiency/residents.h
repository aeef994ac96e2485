// SPDX-License-Identifier: Apache-2.0
// Residents: the processes that live in the cell, by what they keep of memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>

namespace loadline::conformance::efficiency {

using Residents = std::set<pid_t>;

// All of the cell but its first process, with whatever the battery itself has started.
Residents ResidentsNow();
// Those that have come since.
Residents Newcomers(const Residents& before);
// Those of them that descend from a process, and it.
Residents FamilyOf(pid_t ancestor, const Residents& among);

// Proportional set size in bytes: a page that several processes share counts by its part. What has
// ended keeps nothing.
int64_t ProportionalSize(const Residents& residents);

// Context switches of their threads so far, of their own will and not.
int64_t SwitchesOf(const Residents& residents);

}  // namespace loadline::conformance::efficiency
