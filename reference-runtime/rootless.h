// SPDX-License-Identifier: Apache-2.0
// Callers that have not the rights of the host's root.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::runtime {

struct Context;

// Whether what only the host's root may do is left out where the container does not ask for it:
// what --rootless said, or else whether the caller is another user, or the root of a user namespace
// that has not all ids.
bool IsRootless(const Context& context);
// Whether an error says that rights are missing, and not that something is wrong.
bool IsMissingRight(const Error& error);
// Where state is kept when the command line does not say: /run/loadline, and for other users
// $XDG_RUNTIME_DIR/loadline, or a directory of theirs in /tmp.
std::string DefaultRoot();

}  // namespace loadline::runtime
