// SPDX-License-Identifier: Apache-2.0
// What the kernel lets anybody do, without any runtime: the controls of containers in containers,
// and of containers with an init system.
#pragma once

#include <string>
#include <vector>

namespace loadline::probe {

// nest DEPTH [--users]: makes the namespaces of so many containers by hand, each in the one before,
// mounts in each what a container needs, and prints {"depth": N, "failed": CALL}: how many there
// were, and what went wrong then (empty: nothing). Returns the exit status.
int Nest(const std::vector<std::string>& arguments);

// apart BUNDLE: the native twin (twin.h) of the bundle's container, as process 1 of namespaces of
// its own, with the capabilities of the container, since it may be a whole system. Prints
// {"pid": N}, and once it has ended {"code": N, "signal": N}. Returns the exit status.
int Apart(const std::string& bundle);

}  // namespace loadline::probe
