// SPDX-License-Identifier: Apache-2.0
#include "cli/clock.h"

#include <gtest/gtest.h>

namespace loadline::cli {
namespace {

TEST(Clock, IsBehindThisProgramsCommit) {
  const auto clock = ReadClock();
  ASSERT_TRUE(clock.has_value());
  EXPECT_FALSE(clock->told);
  EXPECT_GE(clock->now, clock->built);
  // Nobody knows it, or it is of this decade.
  EXPECT_TRUE(clock->built == 0 || clock->built > 1'700'000'000) << clock->built;
}

TEST(Clock, CanBeTold) {
  const auto clock = ReadClock("2026-01-02T03:04:05Z");
  ASSERT_TRUE(clock.has_value());
  EXPECT_TRUE(clock->told);
  EXPECT_EQ(clock->now, 1767323045);
  for (const char* text : {"soon", "2026-01-02", "2026-02-31T00:00:00Z", "2026-01-02T03:04:05"})
    EXPECT_EQ(ReadClock(text).error().kind, ErrorKind::kUsage) << text;
}

}  // namespace
}  // namespace loadline::cli
