// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace loadline::conformance::efficiency {
namespace {

// Invocations of pairs whose true ratio is `ratio`, with noise of the pairs and of the invocations.
std::vector<Invocation> Pairs(double ratio, double pair_noise, double invocation_noise,
                              uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> pair(0, pair_noise);
  std::normal_distribution<double> invocation(0, invocation_noise);
  std::vector<Invocation> invocations;
  for (int i = 0; i < 10; ++i) {
    const double shift = invocation(random);
    Invocation one;
    for (int j = 0; j < 10; ++j) one.push_back(std::log(ratio) + shift + pair(random));
    invocations.push_back(one);
  }
  return invocations;
}

TEST(Statistics, TheEstimateIsTheMedianAndLiesInItsInterval) {
  const Estimate estimate = EstimateRatio(Pairs(1.5, 0.02, 0.01, 1), 7);
  EXPECT_NEAR(estimate.ratio, 1.5, 0.03);
  EXPECT_LE(estimate.low, estimate.ratio);
  EXPECT_GE(estimate.high, estimate.ratio);
  EXPECT_EQ(estimate.pairs, 100);
}

TEST(Statistics, TheSameSeedGivesTheSameInterval) {
  const auto pairs = Pairs(1.1, 0.1, 0.01, 2);
  EXPECT_EQ(EstimateRatio(pairs, 7).low, EstimateRatio(pairs, 7).low);
}

TEST(Statistics, OneOutlierInTenDoesNotMatter) {
  auto pairs = Pairs(1.0, 0.01, 0.005, 3);
  for (Invocation& one : pairs) one[0] = std::log(20.0);
  EXPECT_EQ(Judge(EstimateRatio(pairs, 7), 0.05), Parity::kEquivalent);
}

TEST(Statistics, TheIntervalCoversTheTruth) {
  int covered = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Estimate estimate = EstimateRatio(Pairs(1.2, 0.1, 0.05, seed), seed);
    covered += estimate.low <= 1.2 && 1.2 <= estimate.high ? 1 : 0;
  }
  EXPECT_GE(covered, 34);  // 38 are expected
}

TEST(Statistics, ParityIsAboutTheWholeInterval) {
  const auto judge = [](double low, double high) {
    return Judge({(low + high) / 2, low, high, 50}, 0.1);
  };
  EXPECT_EQ(judge(0.95, 1.05), Parity::kEquivalent);
  EXPECT_EQ(judge(1.02, 1.04), Parity::kEquivalent);
  EXPECT_EQ(judge(1.2, 1.3), Parity::kWorse);
  EXPECT_EQ(judge(0.5, 0.6), Parity::kBetter);
  EXPECT_EQ(judge(1.05, 1.15), Parity::kInconclusive);
  EXPECT_EQ(judge(0.5, 2.0), Parity::kInconclusive);
}

TEST(Statistics, AFewPairsNeverPass) {
  EXPECT_EQ(Judge(EstimateRatio({}, 7), 0.1), Parity::kInconclusive);
  EXPECT_EQ(Judge(EstimateRatio({{0.0}}, 7), 0.1), Parity::kInconclusive);
}

TEST(Statistics, SettledIsWhatIsNarrowOrFarAway) {
  const auto settled = [](double low, double high) {
    return IsSettled({(low + high) / 2, low, high, 50}, 0.1);
  };
  EXPECT_TRUE(settled(0.97, 1.03));
  EXPECT_TRUE(settled(8, 12)) << "wide, and worse all the same";
  EXPECT_TRUE(settled(0.1, 0.3));
  EXPECT_FALSE(settled(0.9, 1.1));
  EXPECT_FALSE(settled(1.05, 1.25));
}

TEST(Statistics, PlainFiguresHaveAMedianAndAnInterval) {
  std::vector<Invocation> figures;
  for (int i = 0; i < 21; ++i) figures.push_back({std::log(90.0 + i)});
  const Estimate estimate = EstimateRatio(figures, 7, kFewResamples);
  EXPECT_NEAR(estimate.ratio, 100, 0.01);
  EXPECT_GE(estimate.low, 90);
  EXPECT_LE(estimate.high, 110);
}

}  // namespace
}  // namespace loadline::conformance::efficiency
