// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/figures.h"

#include <gtest/gtest.h>

#include <functional>

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;

Estimate Between(double low, double high) { return {(low + high) / 2, low, high, 50}; }

// The verdict, and the parity where there is one.
std::string Said(const std::function<void(Findings&)>& say) {
  Findings findings;
  say(findings);
  const json& check = findings.ToJson().at("a");
  return check.at("verdict").get<std::string>() + " " + check["evidence"].value("parity", "");
}

TEST(Figures, NoiseNeverPasses) {
  const auto said = [](const Estimate& estimate, const Estimate& control) {
    return Said([&](Findings& findings) {
      SayParity(findings, "a", estimate, control, 0.1, "the native time", nullptr);
    });
  };
  const Estimate quiet = Between(0.98, 1.02);
  const Estimate noisy = Between(0.8, 1.3);
  EXPECT_EQ(said(Between(0.97, 1.05), quiet), "pass equivalent");
  EXPECT_EQ(said(Between(0.5, 0.6), quiet), "pass better");
  EXPECT_EQ(said(Between(2, 3), quiet), "fail worse");
  EXPECT_EQ(said(Between(1.05, 1.15), quiet), "inconclusive inconclusive");
  EXPECT_EQ(said(Between(0.97, 1.05), noisy), "inconclusive inconclusive");
  EXPECT_EQ(said(Between(1.5, 1.6), noisy), "inconclusive inconclusive");
  EXPECT_EQ(said(Between(0.1, 0.2), noisy), "inconclusive inconclusive");
  EXPECT_EQ(said(Between(2, 3), noisy), "fail worse") << "that is beyond all noise";
  EXPECT_EQ(said(Between(2, 3), Between(1.5, 1.6)), "inconclusive inconclusive")
      << "two native ones that differ show that something else is measured";
  EXPECT_EQ(said(Estimate{}, Estimate{}), "inconclusive inconclusive") << "nothing was measured";
}

TEST(Figures, ABoundHasTheWholeIntervalOnOneSide) {
  const auto said = [](const Estimate& estimate) {
    return Said([&](Findings& findings) {
      SayBound(findings, "a", estimate, 100, "the start of the twin", json::object());
    });
  };
  EXPECT_EQ(said(Between(5, 8)), "pass ");
  EXPECT_EQ(said(Between(120, 300)), "fail ");
  EXPECT_EQ(said(Between(80, 130)), "inconclusive ");
  EXPECT_EQ(said(Estimate{}), "inconclusive ");
}

TEST(Figures, WhatIsToldHasToBeClear) {
  const auto said = [](const Estimate& estimate) {
    return Said([&](Findings& findings) {
      SayTold(findings, "a", estimate, 0.25, "the start of the twin", json::object());
    });
  };
  EXPECT_EQ(said(Between(9, 11)), "pass ");
  EXPECT_EQ(said(Between(5, 15)), "inconclusive ");
  EXPECT_EQ(said(Estimate{}), "inconclusive ");
}

TEST(Figures, AWordForWhatIsToldClaimsNothing) {
  const auto said = [](const Estimate& estimate, const Estimate& control) {
    return Said([&](Findings& findings) {
      SayTold(findings, "a", estimate, control, 0.25, "the start of the twin", json::object());
    });
  };
  const Estimate quiet = Between(0.95, 1.05);
  EXPECT_EQ(said(Between(9, 11), quiet), "pass worse");
  EXPECT_EQ(said(Between(0.9, 1.1), quiet), "pass equivalent");
  EXPECT_EQ(said(Between(0.5, 0.6), quiet), "pass better");
  EXPECT_EQ(said(Between(1.2, 1.3), quiet), "pass inconclusive") << "clear, and on the edge";
  EXPECT_EQ(said(Between(0.9, 1.1), Between(0.7, 1.4)), "pass inconclusive");
  EXPECT_EQ(said(Estimate{}, Estimate{}), "inconclusive inconclusive");
}

TEST(Figures, AreDescribedByMedianIntervalAndTail) {
  std::vector<double> values;
  for (int i = 1; i <= 101; ++i) values.push_back(i);
  const json described = Described(values);
  EXPECT_NEAR(described["median"].get<double>(), 51, 0.5);
  EXPECT_EQ(described["least"], 1.0);
  EXPECT_EQ(described["p95"], 96.0);
  EXPECT_EQ(described["samples"], 101u);
  EXPECT_TRUE(Described({}).is_null());
}

TEST(Figures, AreDescribedAsTheyWereMeasured) {
  EXPECT_EQ(Described({0, 0, 0})["median"], 0.0);
  EXPECT_EQ(Described({103424, 103424, 103424})["high"], 103424.0);
  EXPECT_EQ(Described({0.0304, 0.0304})["low"].dump(), "0.0304");
}

}  // namespace
}  // namespace loadline::conformance::efficiency
