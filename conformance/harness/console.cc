// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/console.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <termios.h>

#include <utility>

#include "base/passed_fds.h"
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
  ReceivedMessage message = ReceiveFrom(connection_.get());
  if (message.count > 0 && !message.descriptors.empty())
    master_ = std::move(message.descriptors.front());
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
