// SPDX-License-Identifier: Apache-2.0
// Counter: how many system calls of the host some processes make, by the kernel's own tracepoint
// (perf_event_open(2), raw_syscalls:sys_enter), which needs neither hardware counters nor probes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/batteries/efficiency/residents.h"

namespace loadline::conformance::efficiency {

enum class Whom { kThemselves, kAndTheirChildren };

class Counter {
 public:
  // Counts from now on, in all threads of the processes, and in what they start from now on if that
  // is asked for. `call` is the number of the only one that counts; -1: all. `scratch` is where a
  // tracefs can be mounted for a moment. ENOTSUP when this kernel counts nothing for us. While it
  // lives, system calls take a little longer.
  static Result<Counter> Attach(const Residents& residents, Whom whom, long call,
                                const std::string& scratch);

  Result<int64_t> Read() const;

 private:
  std::vector<UniqueFd> events_;
};

}  // namespace loadline::conformance::efficiency
