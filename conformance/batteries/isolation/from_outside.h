// SPDX-License-Identifier: Apache-2.0
// From outside: what the cell sees of a container's first process.
#pragma once

#include <nlohmann/json.hpp>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

// What is seen of the container's first process: pid, bundle, caller (the uid that calls the
// candidate), state (what the candidate says), namespaces, groups {hierarchy: path, owner} and
// threads {differences, namespaces}.
nlohmann::json SeeFromOutside(Rig& rig, Container& container);
// The part about threads; null when none can be seen.
nlohmann::json SeeThreads(pid_t pid);

}  // namespace loadline::conformance::isolation
