// SPDX-License-Identifier: Apache-2.0
// Descriptors that are handed to whoever has the other side of a Unix socket.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline {

// Passes it with a text of at least one byte; the caller keeps its own.
Result<void> SendFd(int socket, int fd, std::string_view text);

// What one recvmsg(2) of a socket gives: at most 4096 bytes and 16 descriptors. `count` is its
// answer: 0 at the end, below 0 an error, which errno says.
struct ReceivedMessage {
  ssize_t count = 0;
  std::string text;
  std::vector<UniqueFd> descriptors;
};
// With flags of recvmsg(2); descriptors are closed by exec.
ReceivedMessage ReceiveFrom(int socket, int flags = 0);

}  // namespace loadline
