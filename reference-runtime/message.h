// SPDX-License-Identifier: Apache-2.0
// What the two sides of the clone, and `start` and the waiting container, say to each other over a
// socket.
#pragma once

#include <sys/socket.h>

#include <initializer_list>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::runtime {

// A pair of connected sequenced-packet sockets.
Result<std::pair<UniqueFd, UniqueFd>> MakeSocketPair();

// "This side has done its part."
Result<void> SendDone(int socket);
// "This side has failed." The error arrives on the other side with all its parts.
Result<void> SendError(int socket, const Error& error);
// Waits for the other side. Its error becomes ours; an end without a word is an error too.
Result<void> ReceiveDone(int socket);
// The same where an end without a word is success: the other side has executed the payload, which
// closed the socket.
Result<void> ReceiveUntilClosed(int socket);

// A number, for the pid that an intermediate process reports.
Result<void> SendNumber(int socket, int64_t number);
Result<int64_t> ReceiveNumber(int socket);

// Connects to a unix socket by path, however long the path is. `types` are tried in their order.
Result<UniqueFd> ConnectTo(const std::string& path,
                           std::initializer_list<int> types = {SOCK_STREAM, SOCK_SEQPACKET});

}  // namespace loadline::runtime
