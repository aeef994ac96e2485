// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace loadline {
namespace {

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

UniqueFd OpenNull() { return UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST(UniqueFd, ClosesAtTheEndOfItsLife) {
  int number = -1;
  {
    const UniqueFd fd = OpenNull();
    number = fd.get();
    EXPECT_TRUE(IsOpen(number));
  }
  EXPECT_FALSE(IsOpen(number));
}

TEST(ClosesTogether, WhatEndedIsClosedWithIt) {
  std::vector<int> numbers;
  const UniqueFd first = OpenNull();
  UniqueFd among;
  {
    const ClosesTogether together;
    for (int i = 0; i < 200; ++i) {  // more than it keeps at a time
      UniqueFd fd = OpenNull();
      numbers.push_back(fd.get());
      if (i == 100) among = std::move(fd);
    }
    EXPECT_TRUE(IsOpen(numbers.back()));
  }
  for (const int number : numbers) EXPECT_EQ(IsOpen(number), number == among.get()) << number;
  EXPECT_TRUE(IsOpen(first.get()));
}

TEST(ClosesTogether, ResetClosesAtOnce) {
  const ClosesTogether together;
  UniqueFd fd = OpenNull();
  const int number = fd.get();
  fd.Reset();
  EXPECT_FALSE(IsOpen(number));
}

TEST(ClosesTogether, AnInnerOneEndsFirst) {
  const ClosesTogether outer;
  int number = -1;
  {
    const ClosesTogether inner;
    number = OpenNull().get();
  }
  EXPECT_FALSE(IsOpen(number));
}

}  // namespace
}  // namespace loadline
