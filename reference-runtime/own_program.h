// SPDX-License-Identifier: Apache-2.0
// Keeps a container's processes from overwriting the runtime's own file through /proc/PID/exe.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::runtime {

// Executes this program again from a place that cannot be written: a read-only mount of its own
// file that no mount namespace holds, or a sealed copy in memory where mounting is not allowed.
// Returns when the program runs from such a place already.
Result<void> RunFromReadOnlyPlace(char** arguments);

// oci-runtime/runtime-linux/file-descriptors: closes what the caller leaked, every descriptor above
// the first three and `preserved` more, before this program opens its own, which end at execve.
Result<void> CloseInherited(int preserved);

// Closes the descriptor of the read-only mount that this program was executed from. Whoever closes
// it last waits until no processor looks at the mount any more, so both sides of the clone call
// this: the container's process at its beginning, the runtime when it has nothing else to do.
void LeavePlace();

// The linker's name for this very build (NT_GNU_BUILD_ID); empty when it gave none.
std::string BuildId();

}  // namespace loadline::runtime
