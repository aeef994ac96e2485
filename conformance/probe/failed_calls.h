// SPDX-License-Identifier: Apache-2.0
// The system calls that fail while a command runs: what stands in its way, for whoever has to tell
// why it did not work. Nothing is judged by them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace loadline::probe {

// Runs the command, with no streams, and traces it and all that comes of it (ptrace(2)). Returns
// the calls that failed, in order and without those that fail every day: "mount(/proc): EPERM".
// Everything that came of the command and still lives at its end, or after so long, is killed.
std::vector<std::string> FailedCalls(const std::vector<std::string>& argv,
                                     const std::vector<std::string>& environment,
                                     std::chrono::milliseconds most);

}  // namespace loadline::probe
