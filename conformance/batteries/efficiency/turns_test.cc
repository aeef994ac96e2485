// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/turns.h"

#include <gtest/gtest.h>

#include <set>

namespace loadline::conformance::efficiency {
namespace {

TEST(Turns, SixRoundsHaveEveryOrder) {
  std::set<std::array<Side, 3>> orders;
  for (size_t round = 0; round < 6; ++round) orders.insert(TurnsOf(round));
  EXPECT_EQ(orders.size(), 6u);
}

TEST(Turns, EachComesOnce) {
  for (size_t first = 0; first < 3; ++first) {
    for (const bool backwards : {false, true}) {
      const auto turns = Turns(first, backwards);
      EXPECT_EQ(turns.front(), kSides[first]);
      EXPECT_EQ(std::set<Side>(turns.begin(), turns.end()).size(), 3u);
    }
  }
}

TEST(Turns, WhatIsOfASideIsFoundByIt) {
  Sides<int> sides{1, 2, 3};
  EXPECT_EQ(sides[Side::kNative], 1);
  EXPECT_EQ(sides[Side::kContained], 2);
  EXPECT_EQ(sides[Side::kNativeAgain], 3);
}

}  // namespace
}  // namespace loadline::conformance::efficiency
