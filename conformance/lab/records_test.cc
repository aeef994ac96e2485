// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/records.h"

#include <gtest/gtest.h>

namespace loadline::lab {
namespace {

TEST(Records, APlanComesBackAsItWas) {
  GuestPlan plan;
  plan.cgroup = "hybrid";
  plan.rootless = true;
  plan.command = {"sh", "-c", "echo 'a=b'\n", ""};
  plan.environment = {"A=b=c"};
  const auto back = GuestPlan::Parse(plan.ToText());
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->cgroup, "hybrid");
  EXPECT_TRUE(back->rootless);
  EXPECT_EQ(back->command, plan.command);
  EXPECT_EQ(back->environment, plan.environment);
}

TEST(Records, ADamagedPlanIsAnError) {
  EXPECT_FALSE(GuestPlan::Parse("").has_value());
  EXPECT_FALSE(GuestPlan::Parse("nothing").has_value());
}

TEST(Records, AreTakenApartWhereverTheyAreCut) {
  const std::string stream = HeaderOf({"started", 0, "", 0}) +
                             HeaderOf({"file", 0644, "a b/c\n", 6}) + "x\ny z\n" +
                             HeaderOf({"exit", 3, "", 0});
  for (size_t step = 1; step <= stream.size(); ++step) {
    std::vector<std::string> seen;
    RecordReader reader([&](const Record& record, const std::string& content) -> Result<void> {
      seen.push_back(record.kind + "|" + std::to_string(record.number) + "|" + record.name + "|" +
                     content);
      return {};
    });
    for (size_t at = 0; at < stream.size(); at += step)
      ASSERT_TRUE(reader.Take(std::string_view(stream).substr(at, step)).has_value());
    EXPECT_EQ(seen,
              (std::vector<std::string>{"started|0||", "file|420|a b/c\n|x\ny z\n", "exit|3||"}));
  }
}

TEST(Records, WhatIsNoneIsAnError) {
  RecordReader reader([](const Record&, const std::string&) -> Result<void> { return {}; });
  EXPECT_FALSE(reader.Take("Kernel panic - not syncing\n").has_value());
  RecordReader other([](const Record&, const std::string&) -> Result<void> { return {}; });
  EXPECT_FALSE(other.Take(std::string(1000, 'x')).has_value());
}

}  // namespace
}  // namespace loadline::lab
