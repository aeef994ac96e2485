// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/unix_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/send_fd.h"

namespace loadline::conformance {
namespace {

ino_t NumberOf(int fd) {
  struct stat status {};
  EXPECT_EQ(fstat(fd, &status), 0);
  return status.st_ino;
}

TEST(UnixSocket, WhatIsSentArrivesWithItsText) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd mine(ends[0]);
  const UniqueFd other(ends[1]);
  ASSERT_TRUE(SendFd(mine.get(), mine.get(), "hello"));
  const ReceivedMessage received = ReceiveFrom(other.get());
  EXPECT_EQ(received.text, "hello");
  ASSERT_EQ(received.descriptors.size(), 1U);
  EXPECT_EQ(NumberOf(received.descriptors.front().get()), NumberOf(mine.get()));
}

}  // namespace
}  // namespace loadline::conformance
