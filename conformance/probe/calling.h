// SPDX-License-Identifier: Apache-2.0
// Programs that a process of a container calls, and how they end. What is waited for is SIGCHLD,
// and not a descriptor of the process: not every kernel that a probe runs on has those.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace loadline::probe {

// Starts a program in a session of its own; it dies with us. An exec that fails is an error.
Result<pid_t> StartProgram(const std::vector<std::string>& argv,
                           const std::vector<std::string>& environment,
                           const std::array<int, 3>& streams);

// The status (wait(2)) of a child, which it reaps. Nothing when the deadline passes first, or when
// it is no child of ours.
std::optional<int> WaitForChild(pid_t pid, const Deadline& deadline);

// The same, which kills the child when the deadline passes.
struct Ended {
  int status = 0;
  bool timed_out = false;
};
Ended WaitOrKill(pid_t pid, const Deadline& deadline);

}  // namespace loadline::probe
