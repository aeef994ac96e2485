// SPDX-License-Identifier: Apache-2.0
// Runs one operation of the runtime under ptrace, with all the processes that it makes, numbers
// their system calls, and lets one of them go wrong.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/deadline.h"
#include "base/result.h"

namespace loadline::faults {

enum class FaultKind { kNone, kErrno, kKillCaller, kKillRuntime, kKillContainer };

struct Fault {
  FaultKind kind = FaultKind::kNone;
  size_t at = 0;       // which call, from 1 on
  size_t variant = 0;  // which of the errors that the call can plausibly have
};

struct TracedCall {
  long number = 0;
  bool by_runtime = false;  // or by the container's side
};

struct Trace {
  ExitStatus status;              // the runtime's
  bool timed_out = false;         // it was killed at the deadline
  std::vector<TracedCall> calls;  // up to the fault, or all of them
  bool done = false;              // the fault came to pass
  bool killed_runtime = false;    // by the fault
  bool killed_container = false;  // a process of the container's side, by the fault
  int error = 0;                  // the one that was injected
};

struct TraceOptions {
  std::vector<std::string> argv;
  pid_t container = 0;  // a process that is there already and takes part; 0: none
  int standard_output = -1;
  int standard_error = -1;
  Fault fault;
  std::chrono::milliseconds patience{10000};
};

// Returns when the runtime has ended and the processes that it made either wait for start, became
// the payload, or ended. Nothing is traced any longer then.
Result<Trace> RunTraced(const TraceOptions& options);

}  // namespace loadline::faults
