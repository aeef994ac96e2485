// SPDX-License-Identifier: Apache-2.0
// The processors of this machine.
#pragma once

#include <sys/types.h>

#include "base/result.h"

namespace loadline::conformance {

// Processors that this process may use; the last of them.
int ProcessorCount();
int LastProcessor();
// Keeps a process, and what it starts from now on, on one processor.
Result<void> Pin(pid_t pid, int processor);

}  // namespace loadline::conformance
