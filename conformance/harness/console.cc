// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/console.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <termios.h>

#include <array>
#include <cstring>

#include "conformance/harness/unix_socket.h"

namespace loadline::conformance {

Result<Console> Console::Listen(const std::string& path) {
  Console console;
  ASSIGN_OR_RETURN(console.listener_, ListenAt(path));
  return console;
}

void Console::Receive() {
  if (master_) return;
  if (!connection_)
    connection_.Reset(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!connection_) return;
  std::array<char, 256> bytes;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec vector{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (recvmsg(connection_.get(), &message, MSG_CMSG_CLOEXEC) <= 0) return;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return;
  int master = -1;
  memcpy(&master, CMSG_DATA(header), sizeof master);
  master_.Reset(master);
}

bool Console::TakeOver(UniqueFd& input, UniqueFd& output) {
  if (!master_) return false;
  termios settings{};
  if (tcgetattr(master_.get(), &settings) == 0) {
    cfmakeraw(&settings);
    tcsetattr(master_.get(), TCSANOW, &settings);
  }
  input.Reset(fcntl(master_.get(), F_DUPFD_CLOEXEC, 0));
  output = std::move(master_);
  return true;
}

}  // namespace loadline::conformance
