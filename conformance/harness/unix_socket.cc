// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

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

ReceivedMessage ReceiveFrom(int socket) {
  constexpr size_t kDescriptors = 16;
  std::array<char, 4096> bytes;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kDescriptors * sizeof(int))> control{};
  iovec data{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ReceivedMessage received;
  received.count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (received.count < 0) return received;
  received.text.assign(bytes.data(), static_cast<size_t>(received.count));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof number);
      received.descriptors.emplace_back(number);
    }
  }
  return received;
}

}  // namespace loadline::conformance
