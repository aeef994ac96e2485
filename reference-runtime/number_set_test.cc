// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/number_set.h"

#include <gtest/gtest.h>

namespace loadline::runtime {
namespace {

TEST(ReadNumberSet, NumbersAndRangesBecomeBits) {
  EXPECT_EQ(*ReadNumberSet(""), NumberSet());
  EXPECT_EQ(*ReadNumberSet("0"), NumberSet{1});
  EXPECT_EQ(*ReadNumberSet("0-3,7"), NumberSet{0x8f});
  EXPECT_EQ(*ReadNumberSet("7,0-3"), NumberSet{0x8f});
  EXPECT_EQ(*ReadNumberSet("1,64-65"), (NumberSet{2, 3}));
}

TEST(ReadNumberSet, WhatIsNoListIsAnError) {
  for (const char* list : {"x", "0,", ",0", "1-", "-1", "3-1", "0 1", "0x1", "99999999", "1-2-3"}) {
    const auto set = ReadNumberSet(list);
    ASSERT_FALSE(set.has_value()) << list;
    EXPECT_FALSE(set.error().hint.empty()) << list;
  }
}

}  // namespace
}  // namespace loadline::runtime
