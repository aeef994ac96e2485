// SPDX-License-Identifier: Apache-2.0
// loadline/runtime/create/pidfd-socket: a caller that wants to wait for the payload gets a pidfd,
// which a pid that is given to another process cannot fool.
#include <sys/syscall.h>
#include <unistd.h>

#include "base/passed_fds.h"
#include "reference-runtime/message.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {

Result<void> SendPidfd(Context& context) {
  auto connection = ConnectTo(context.pidfd_socket);
  if (!connection.has_value())
    return std::move(connection).error().Hint("--pidfd-socket has to name a listening unix socket");
  // Our child, which nobody but us reaps: the pid is its own.
  const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, context.pid, 0)));
  if (!pidfd) return CallError("pidfd_open", std::to_string(context.pid));
  return SendFd(connection->get(), pidfd.get(), "pidfd");
}

}  // namespace loadline::runtime
