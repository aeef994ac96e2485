// SPDX-License-Identifier: Apache-2.0
// That what is sent arrives is tested where it is received:
// conformance/harness/unix_socket_test.cc.
#include "base/send_fd.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace loadline {
namespace {

TEST(SendFd, NobodyOnTheOtherSideIsAnErrorAndNoSignal) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd mine(ends[0]);
  UniqueFd(ends[1]).Reset();
  const auto sent = SendFd(mine.get(), mine.get(), "hello");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().number, EPIPE);
}

}  // namespace
}  // namespace loadline
