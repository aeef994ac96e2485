// SPDX-License-Identifier: Apache-2.0
#include "reports/run_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

reports::Run ShardOf(const std::string& shard) {
  reports::Run run;
  run.batteries = {"cases"};
  run.shards = {shard};
  return run;
}

TEST(RunJson, GoesThereAndBack) {
  reports::Run run;
  run.batteries = {"cases", "faults"};
  run.sampled = {"faults"};
  run.only = {"a*"};
  run.shards = {"1/2"};
  run.ignored = {"x"};
  run.fault = "create/mkdirat/1/EIO";
  run.cases = "mine";
  run.bundle = "bundle";
  run.fail_level = "none";
  run.dry_run = run.shallow = true;
  const nlohmann::json written = nlohmann::json::parse(RunToJson(run).dump());
  EXPECT_EQ(written.size(), 11U);
  EXPECT_EQ(RunToJson(RunFromJson(written)).dump(), RunToJson(run).dump());
  EXPECT_EQ(RunToJson(reports::Run()).dump(), "{}");
}

TEST(MergeRuns, MakesAllShardsTheWhole) {
  const reports::Run most = MergeRuns(ShardOf("1/3"), ShardOf("3/3"));
  EXPECT_THAT(most.shards, ElementsAre("1/3", "3/3"));
  EXPECT_THAT(MergeRuns(most, ShardOf("2/3")).shards, IsEmpty());
  EXPECT_THAT(MergeRuns(ShardOf("1/2"), ShardOf("2/3")).shards, ElementsAre("1/2", "2/3"));
}

TEST(MergeRuns, KeepsEveryRestriction) {
  reports::Run one = ShardOf("1/2");
  one.shards.clear();
  reports::Run other = one;
  other.batteries = {"efficiency"};
  other.sampled = {"efficiency"};
  other.only = {"x*"};
  other.dry_run = true;
  const reports::Run both = MergeRuns(one, other);
  EXPECT_THAT(both.batteries, ElementsAre("cases", "efficiency"));
  EXPECT_THAT(both.sampled, ElementsAre("efficiency"));
  EXPECT_THAT(both.only, ElementsAre("x*"));
  EXPECT_TRUE(both.dry_run);
  // A shard of another battery beside a whole one is a part.
  other.shards = {"1/2"};
  EXPECT_THAT(MergeRuns(one, other).shards, ElementsAre("1/2"));
}

}  // namespace
}  // namespace loadline::reports
