// SPDX-License-Identifier: Apache-2.0
#include "base/send_fd.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

namespace loadline {

Result<void> SendFd(int socket, int fd, std::string_view text) {
  iovec data{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) return CallError("sendmsg", "a descriptor");
  return {};
}

}  // namespace loadline
