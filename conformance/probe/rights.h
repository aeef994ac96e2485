// SPDX-License-Identifier: Apache-2.0
// Rights that a process gets by the program that it executes or by the terminal that it is given.
#pragma once

#include <string>

namespace loadline::probe {

// An exit status: 1 when the effective user is 0, 2 when there are effective capabilities, 3 for
// both.
int OwnRights();
// Becomes the command with the terminal as its controlling one; the caller leads a session without
// any. Returns what is wrong.
std::string BecomeOnTerminal(const char* terminal, char** command);

}  // namespace loadline::probe
