// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace loadline::probe {

// launch [--limit NAME=N]… [--group DIRECTORY]… [--processor N] [--watch SOCKET:CALL,…]
//        -- PROGRAM ARGUMENT…
// Becomes the program, with these resource limits, in these control groups, on this processor
// alone. With --watch, each of
// the system calls of these numbers waits, in all processes that come from it, for an answer of who
// gets the descriptor (seccomp_unotify(2)) over the Unix socket, with our pid as the text. Returns
// only what went wrong.
std::string Launch(const std::vector<std::string>& arguments);

}  // namespace loadline::probe
