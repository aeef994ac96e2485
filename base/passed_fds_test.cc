// SPDX-License-Identifier: Apache-2.0
#include "base/passed_fds.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

namespace loadline {
namespace {

ino_t NumberOf(int fd) {
  struct stat status {};
  EXPECT_EQ(fstat(fd, &status), 0);
  return status.st_ino;
}

class PassedFds : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2] = {-1, -1};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    mine_ = UniqueFd(ends[0]);
    other_ = UniqueFd(ends[1]);
  }
  UniqueFd mine_;
  UniqueFd other_;
};

TEST_F(PassedFds, ArriveWithTheirText) {
  ASSERT_TRUE(SendFd(mine_.get(), mine_.get(), "hello"));
  const ReceivedMessage received = ReceiveFrom(other_.get());
  EXPECT_EQ(received.text, "hello");
  ASSERT_EQ(received.descriptors.size(), 1U);
  EXPECT_EQ(NumberOf(received.descriptors.front().get()), NumberOf(mine_.get()));
}

TEST_F(PassedFds, NobodyOnTheOtherSideIsAnErrorAndNoSignal) {
  other_.Reset();
  const auto sent = SendFd(mine_.get(), mine_.get(), "hello");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().number, EPIPE);
}

TEST_F(PassedFds, NothingIsToldFromTheEnd) {
  EXPECT_LT(ReceiveFrom(other_.get(), MSG_DONTWAIT).count, 0);
  mine_.Reset();
  EXPECT_EQ(ReceiveFrom(other_.get()).count, 0);
}

}  // namespace
}  // namespace loadline
