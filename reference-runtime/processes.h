// SPDX-License-Identifier: Apache-2.0
// Which processes of the host are a container's.
#pragma once

#include <sys/types.h>

#include <set>

#include "base/result.h"
#include "reference-runtime/container.h"

namespace loadline::runtime {

// Those in its groups; of a container without groups those in its pid namespace, and where it has
// none its first process. Pids as this process sees them.
Result<std::set<pid_t>> ProcessesOf(const Container& container);

}  // namespace loadline::runtime
