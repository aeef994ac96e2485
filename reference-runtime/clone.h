// SPDX-License-Identifier: Apache-2.0
// Making the container's first process in its namespaces.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

// Reaps a child that has ended or is about to.
void WaitForChild(pid_t pid);

// What the container's process does; never returns.
using ChildMain = void (*)(Context& context, UniqueFd socket);

// Clones the first process: directly into new namespaces; through an intermediate process when some
// are joined. Sets context.pid. `socket` is the parent's end of
// the pair.
Result<UniqueFd> CloneContainer(Context& context, ChildMain child_main);

// Clones a process into the namespaces of another one, which `pidfd` refers to and `namespaces`
// (CLONE_NEW… flags) selects. Otherwise the same.
Result<UniqueFd> CloneInto(int pidfd, int namespaces, Context& context, ChildMain child_main);

}  // namespace loadline::runtime
