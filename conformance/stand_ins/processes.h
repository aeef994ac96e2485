// SPDX-License-Identifier: Apache-2.0
// Processes as a file of the kernel knows them: by the numbers of whoever reads or writes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loadline::stand_ins {

struct Process {
  pid_t pid = 0;  // as this process sees it
  pid_t parent = 0;
  uint64_t start = 0;          // tells it from a later one of the same number
  std::vector<pid_t> numbers;  // by namespace, the last is its own
  std::string name_space;      // its own pid namespace
};

// A living process or thread.
std::optional<Process> LookAt(pid_t pid);
// All living processes; with `threads`, their threads as well.
std::vector<Process> AllProcesses(bool threads);

// The number that `reader` knows the process by; 0 when it does not see it.
pid_t NumberFor(const Process& reader, const Process& process);

}  // namespace loadline::stand_ins
