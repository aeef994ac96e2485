// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/signals.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace loadline::runtime {
namespace {

TEST(Signals, ByNumberAndByName) {
  for (const std::string text : {"15", "TERM", "SIGTERM", "sigterm", "term"})
    EXPECT_EQ(SignalNumber(text).value_or(-1), SIGTERM) << text;
  EXPECT_EQ(SignalNumber("0").value_or(-1), 0);
  EXPECT_EQ(SignalNumber("IOT").value_or(-1), SIGABRT);
  EXPECT_EQ(SignalNumber("64").value_or(-1), 64);
}

TEST(Signals, RealtimeOnesCountFromEitherEnd) {
  EXPECT_EQ(SignalNumber("RTMIN").value_or(-1), SIGRTMIN);
  EXPECT_EQ(SignalNumber("SIGRTMIN+3").value_or(-1), SIGRTMIN + 3);
  EXPECT_EQ(SignalNumber("rtmax-1").value_or(-1), SIGRTMAX - 1);
  EXPECT_EQ(SignalNumber("RTMAX").value_or(-1), SIGRTMAX);
}

TEST(Signals, WhatIsNoneIsRefused) {
  for (const std::string text : {"", "SIG", "NOTHING", "-9", "65", "9x", "RTMIN+31", "RTMIN-1",
                                 "RTMIN+", "RTMAX+1", "RTMIN+-1"})
    EXPECT_FALSE(SignalNumber(text).has_value()) << text;
}

}  // namespace
}  // namespace loadline::runtime
