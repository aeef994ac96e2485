// SPDX-License-Identifier: Apache-2.0
// A descriptor handed to whoever has the other side of a socket.
#pragma once

#include <string_view>

#include "base/result.h"

namespace loadline {

// Passes it with a text of at least one byte; the caller keeps its own.
Result<void> SendFd(int socket, int fd, std::string_view text);

}  // namespace loadline
