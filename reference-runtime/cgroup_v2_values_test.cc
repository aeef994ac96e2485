// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup_v2_values.h"

#include <gtest/gtest.h>

namespace loadline::runtime {
namespace {

TEST(V2Values, NoLimit) {
  EXPECT_EQ(OrMax(-1), "max");
  EXPECT_EQ(OrMax(0), "0");
  EXPECT_EQ(OrMax(4096), "4096");
}

TEST(V2Values, SharesBecomeAWeight) {
  struct Row {
    uint64_t shares, weight;
  };
  for (const Row& row : {Row{0, 1}, Row{2, 1}, Row{512, 20}, Row{1024, 39}, Row{2048, 79},
                         Row{262144, 10000}, Row{UINT64_MAX, 10000}})
    EXPECT_EQ(WeightFromShares(row.shares), row.weight) << row.shares;
}

TEST(V2Values, CpuTime) {
  EXPECT_EQ(CpuMax(50000, 200000, "max 100000\n"), "50000 200000");
  EXPECT_EQ(CpuMax(50000, {}, "max 100000\n"), "50000");
  EXPECT_EQ(CpuMax(-1, {}, "5000 100000\n"), "max");
  EXPECT_EQ(CpuMax({}, 200000, "5000 100000\n"), "5000 200000");
  EXPECT_EQ(CpuMax({}, 200000, ""), "max 200000");
}

TEST(V2Values, IoWeightsSpanTheirRanges) {
  EXPECT_EQ(IoWeight(10), 1);
  EXPECT_EQ(IoWeight(500), 4950);
  EXPECT_EQ(IoWeight(1000), 10000);
  EXPECT_LE(IoWeight(9), 0);  // which the kernel refuses, as v1 does
}

TEST(V2Values, SwapAlone) {
  EXPECT_EQ(SwapMax(1000, 1500).value(), "500");
  EXPECT_EQ(SwapMax(1000, 1000).value(), "0");
  EXPECT_EQ(SwapMax(1000, -1).value(), "max");
  EXPECT_EQ(SwapMax(-1, -1).value(), "max");
  EXPECT_FALSE(SwapMax(-1, 1000).has_value());
  EXPECT_FALSE(SwapMax(1000, 999).has_value());
  EXPECT_FALSE(SwapMax(1000, 0).has_value());
}

TEST(V2Values, ARateOfNothingIsNoLimit) {
  EXPECT_EQ(Rate(0), "max");
  EXPECT_EQ(Rate(1048576), "1048576");
}

}  // namespace
}  // namespace loadline::runtime
