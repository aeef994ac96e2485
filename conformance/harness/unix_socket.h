// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::conformance {

// A new Unix stream socket that listens at the path and never blocks.
Result<UniqueFd> ListenAt(const std::string& path);

// What one recvmsg(2) of a socket gives: at most 4096 bytes and 16 descriptors. `count` is its
// answer: 0 at the end, below 0 an error, which errno says.
struct ReceivedMessage {
  ssize_t count = 0;
  std::string text;
  std::vector<UniqueFd> descriptors;
};
ReceivedMessage ReceiveFrom(int socket);

}  // namespace loadline::conformance
