// SPDX-License-Identifier: Apache-2.0
#include "reports/page/expected_and_seen.h"

namespace loadline::reports {
namespace {

TEST(ExpectedAndSeen, TakesAMessageApart) {
  const auto sides = ExpectedAndSeen("after create: /log: expected [], seen [\"a, b\"]");
  ASSERT_TRUE(sides.has_value());
  EXPECT_EQ(sides->place, "after create: /log");
  EXPECT_EQ(sides->expected, "[]");
  EXPECT_EQ(sides->seen, "[\"a, b\"]");
}

TEST(ExpectedAndSeen, LeavesOthersAsTheyAre) {
  for (const char* message :
       {"", "start: succeeded, though it had to fail", "a: expected 1", "a, seen 2: expected 1",
        "a: expected 1, seen 2; b: expected 1, seen 2", "a: expected 1, seen \"x, seen 1\""})
    EXPECT_FALSE(ExpectedAndSeen(message).has_value()) << message;
}

}  // namespace
}  // namespace loadline::reports
