// SPDX-License-Identifier: Apache-2.0
// The system calls of a command and of all that comes of it, by ptrace(2).
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace loadline::probe {

struct TracedCall {
  long number = 0;
  std::string about;  // the path that it names, or what it is asked for:
                      // "0x5401"; may be empty
  int error = 0;      // 0 when it went well
};

// Asks to be traced and waits for its tracer. False when that is refused, with the reason in errno.
bool StopForTracer();

// Traces a child that has called StopForTracer(), until it ends or a signal interrupts us. All that
// came of it and lives on is killed.
void TraceCalls(pid_t command, const std::function<void(const TracedCall&)>& seen);

}  // namespace loadline::probe
