// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>

namespace loadline::conformance {

Result<UniqueFd> ListenAt(const std::string& path) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return CallError("socket", "AF_UNIX");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Failure("the path of the socket is too long: " + path);
  path.copy(address.sun_path, path.size());
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return CallError("bind", path);
  if (listen(fd.get(), 8) != 0) return CallError("listen", path);
  return fd;
}

}  // namespace loadline::conformance
