// SPDX-License-Identifier: Apache-2.0
// The processors of this machine.
#pragma once

#include <sys/types.h>

#include "base/result.h"

namespace loadline::conformance {

// Processors that this process may use; the last of them.
int ProcessorCount();
int LastProcessor();
// Keeps a process, with all of its threads and of what it has started or starts from now on, on one
// processor: the program of a container may be the child of its first process, or run in a thread
// of an emulator.
Result<void> Pin(pid_t pid, int processor);

}  // namespace loadline::conformance
