// SPDX-License-Identifier: Apache-2.0
// Groups of resctrl, in a plain directory that stands for the filesystem: what is written lands in
// files, in the order of the writes.
#include "reference-runtime/resctrl.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/config.h"
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

class Resctrl : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::Make("loadline-resctrl-");
    ASSERT_TRUE(made.has_value());
    directory_.emplace(std::move(*made));
  }
  std::string path(const std::string& name) const { return directory_->path() + "/" + name; }
  std::string Text(const std::string& name) const { return ReadFile(path(name)).value_or("none"); }
  bool IsThere(const std::string& name) const { return std::filesystem::exists(path(name)); }
  // A group that somebody made before.
  void MakeGroup(const std::string& name, const std::string& schemata) const {
    std::filesystem::create_directories(path(name + "/mon_groups"));
    ASSERT_TRUE(WriteFileAtomically(path(name + "/schemata"), schemata).has_value());
  }
  Result<RdtPlace> Make(bool since_1_3 = true) const {
    auto place = PlanRdtGroups(directory_->path(), "box", wanted);
    if (!place.has_value()) return place;
    if (auto made = MakeRdtGroups(*place, wanted, since_1_3); !made.has_value())
      return std::move(made).error();
    return place;
  }

  IntelRdt wanted;

 private:
  std::optional<TempDir> directory_;
};

TEST_F(Resctrl, WithoutAClassTheGroupHasTheContainersNameAndGoesWithIt) {
  const auto place = Make();
  ASSERT_TRUE(place.has_value()) << place.error().ToLine();
  EXPECT_EQ(place->group, path("box"));
  EXPECT_TRUE(place->owns_group);
  EXPECT_FALSE(IsThere("box/schemata")) << "no schema, so nothing is written";
  ASSERT_TRUE(RemoveRdtGroups(*place).has_value());
  EXPECT_FALSE(IsThere("box"));
  EXPECT_TRUE(RemoveRdtGroups(*place).has_value()) << "what is gone is no error";
}

TEST_F(Resctrl, AGroupOfThatNameThatWasThereStays) {
  std::filesystem::create_directories(path("box"));
  const auto place = Make();
  ASSERT_TRUE(place.has_value()) << place.error().ToLine();
  ASSERT_TRUE(RemoveRdtGroups(*place).has_value());
  EXPECT_TRUE(IsThere("box"));
}

TEST_F(Resctrl, SchemasAreWrittenInTheOrderOfTheVersion) {
  wanted.clos_id = "gold";
  wanted.l3_cache_schema = "L3:0=f\nMB:0=50";
  wanted.mem_bw_schema = "MB:0=20";
  wanted.schemata = {"L2:0=3", "L2:1=3"};
  ASSERT_TRUE(Make().has_value());
  EXPECT_EQ(Text("gold/schemata"), "L3:0=f\nMB:0=50\nMB:0=20\nL2:0=3\nL2:1=3\n");
  wanted.clos_id = "old";
  wanted.schemata.clear();
  ASSERT_TRUE(Make(false).has_value());
  EXPECT_EQ(Text("old/schemata"), "L3:0=f\nMB:0=20\n");
}

TEST_F(Resctrl, AClassThatTheCallerNamedStays) {
  wanted.clos_id = "gold";
  wanted.l3_cache_schema = "L3:0=f";
  const auto place = Make();
  ASSERT_TRUE(place.has_value()) << place.error().ToLine();
  EXPECT_FALSE(place->owns_group);
  ASSERT_TRUE(RemoveRdtGroups(*place).has_value());
  EXPECT_TRUE(IsThere("gold"));
}

TEST_F(Resctrl, AnExistingClassHasToHaveTheSchema) {
  MakeGroup("gold", "    L3:0=00f;1=7ff\n    MB:0= 20;1=100\n");
  wanted.clos_id = "gold";
  wanted.l3_cache_schema = "L3:0=F";
  wanted.mem_bw_schema = "MB:1=100;0=20";
  const auto place = Make();
  ASSERT_TRUE(place.has_value()) << place.error().ToLine();
  wanted.mem_bw_schema = "MB:0=30";
  const auto other = Make();
  ASSERT_FALSE(other.has_value());
  EXPECT_THAT(other.error().ToLine(), HasSubstr("has another schema"));
  EXPECT_TRUE(IsThere("gold"));
}

TEST_F(Resctrl, WithoutASchemaTheClassHasToBeThere) {
  wanted.clos_id = "gold";
  EXPECT_THAT(Make().error().ToLine(), HasSubstr("which is not there"));
  EXPECT_FALSE(IsThere("gold"));
  MakeGroup("gold", "L3:0=f\n");
  ASSERT_TRUE(Make().has_value());
  EXPECT_EQ(Text("gold/schemata"), "L3:0=f\n") << "nothing is written";
  wanted.clos_id = "/";
  EXPECT_EQ(Make()->group + "/", path(""));
}

TEST_F(Resctrl, TheProcessStandsInTheGroupAndInItsMonitoringGroup) {
  MakeGroup("gold", "");
  wanted.clos_id = "gold";
  wanted.monitoring = true;
  const auto place = Make();
  ASSERT_TRUE(place.has_value()) << place.error().ToLine();
  EXPECT_EQ(place->monitoring, path("gold/mon_groups/box"));
  ASSERT_TRUE(AddToRdtGroups(*place, 4711).has_value());
  EXPECT_EQ(Text("gold/tasks"), "4711\n");
  EXPECT_EQ(Text("gold/mon_groups/box/tasks"), "4711\n");
  std::filesystem::remove(path("gold/mon_groups/box/tasks"));  // the kernel's goes by itself
  ASSERT_TRUE(RemoveRdtGroups(*place).has_value());
  EXPECT_FALSE(IsThere("gold/mon_groups/box"));
  EXPECT_TRUE(IsThere("gold"));
}

TEST_F(Resctrl, AMonitoringGroupThatCannotBeMadeIsAnErrorThatLeavesNothing) {
  wanted.monitoring = true;
  EXPECT_THAT(Make().error().ToLine(), HasSubstr("may not monitor"));
  EXPECT_FALSE(IsThere("box"));
}

TEST_F(Resctrl, EventsThatNobodyCountsAreAnError) {
  wanted.needed_events = {"llc_occupancy"};
  EXPECT_THAT(Make(false).error().ToLine(), HasSubstr("does not count llc_occupancy"));
  std::filesystem::create_directories(path("info/L3_MON"));
  ASSERT_TRUE(
      WriteFileAtomically(path("info/L3_MON/mon_features"), "llc_occupancy\nmbm_total_bytes\n")
          .has_value());
  EXPECT_TRUE(Make(false).has_value());
}

TEST_F(Resctrl, WhatIsNoGroupIsAnError) {
  for (const char* name : {"info", "mon_groups", "mon_data", ".", "..", "a/b", "/gold"}) {
    wanted.clos_id = name;
    EXPECT_THAT(Make().error().ToLine(), HasSubstr("is not the name of a group")) << name;
  }
}

class ResctrlOfTheHost : public Bundle {};

TEST_F(ResctrlOfTheHost, WithoutOneIntelRdtIsAnError) {
  if (FindResctrl().has_value()) GTEST_SKIP() << "this host has one";
  Args({"ids"});
  config["linux"]["intelRdt"] = {{"closID", "gold"}};
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("needs a mounted resctrl filesystem"));
  EXPECT_EQ(Make("run", "a", {"--without-stage", "resctrl-plan"}).code, 0);
}

}  // namespace
}  // namespace loadline::runtime
