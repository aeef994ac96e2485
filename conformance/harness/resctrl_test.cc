// SPDX-License-Identifier: Apache-2.0
// What the harness makes of a resctrl filesystem, in plain directories that hold its files.
#include "conformance/harness/resctrl.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::conformance {
namespace {

class ResctrlOfHarness : public testing::Test {
 protected:
  void SetUp() override { directory_.emplace(TempDir::Make("loadline-rdt-").value()); }
  std::string path() const { return directory_->path(); }
  void Write(const std::string& name, const std::string& text) const {
    const std::string file = path() + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    ASSERT_TRUE(WriteFileAtomically(file, text).has_value());
  }
  // What the needs say of it.
  std::map<std::string, bool> Needs() const {
    std::map<std::string, bool> needs;
    for (const HostAbility& ability : ResctrlAbilities(path(), true))
      needs[ability.need] = ability.available;
    return needs;
  }

 private:
  std::optional<TempDir> directory_;
};

TEST_F(ResctrlOfHarness, ValuesAreWhatTheProcessorTakes) {
  Write("schemata", "    L3:1=0fff;2=0fff\n    MB:4=100;8=100\n");
  Write("info/L3/cbm_mask", "fff\n");
  Write("info/L3/min_cbm_bits", "2\n");
  Write("info/MB/min_bandwidth", "15\n");
  Write("info/MB/bandwidth_gran", "10\n");
  EXPECT_EQ(ResctrlValues(path()), nlohmann::json({{"rdt", path()},
                                                   {"rdt.l3.id", "1"},
                                                   {"rdt.l3.low", "3"},
                                                   {"rdt.l3.next", "c"},
                                                   {"rdt.mb.id", "4"},
                                                   {"rdt.mb.low", "20"},
                                                   {"rdt.mb.next", "30"}}));
  EXPECT_TRUE(Needs()["rdt-l3"]);
  EXPECT_TRUE(Needs()["rdt-mb"]);
  EXPECT_FALSE(Needs()["rdt-monitoring"]);
}

TEST_F(ResctrlOfHarness, WhatCannotBeDividedHasNoValues) {
  // Code and data apart; bandwidth without a step.
  Write("schemata", "L3CODE:0=f\nL3DATA:0=f\nMB:0=100\n");
  Write("info/L3CODE/cbm_mask", "f\n");
  EXPECT_EQ(ResctrlValues(path()), nlohmann::json({{"rdt", path()}}));
  // One mask alone fits in.
  Write("schemata", "L3:0=3\n");
  Write("info/L3/cbm_mask", "3\n");
  Write("info/L3/min_cbm_bits", "2\n");
  EXPECT_FALSE(ResctrlValues(path()).contains("rdt.l3.low"));
  EXPECT_FALSE(Needs()["rdt-l3"]);
  EXPECT_TRUE(ResctrlValues("").empty());
}

TEST_F(ResctrlOfHarness, OnlyTheRootAndGroupsOfTheRunAreLookedAt) {
  Write("schemata", "L3:0=7ff\n");
  Write("tasks", "1\n20\n");
  Write("box.gold/schemata", "    L3:0=00f;1=000\n    MB:0= 20\n");
  Write("box.gold/tasks", "");
  Write("box.gold/mon_groups/box/tasks", "7\n");
  Write("else/tasks", "8\n");
  const auto seen = ObserveResctrl(path(), {"box"});
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen["/"]["tasks"], nlohmann::json({1, 20}));
  EXPECT_EQ(seen["box.gold"],
            nlohmann::json::parse(R"({"tasks": [], "monitoring": {"box": {"tasks": [7]}},
              "schemata": {"L3": {"0": "f", "1": "0"}, "MB": {"0": "20"}}})"));
}

TEST_F(ResctrlOfHarness, ADirectoryIsNoResctrlWhateverAProfileSays) {
  Write("schemata", "L3:0=7ff\n");
  EXPECT_EQ(FindResctrl(path()), "");
  const HostFacts facts = Examine(path());
  EXPECT_FALSE(facts.Ability("intel-rdt").available);
  EXPECT_TRUE(
      std::is_sorted(facts.abilities.begin(), facts.abilities.end(),
                     [](const HostAbility& a, const HostAbility& b) { return a.need < b.need; }));
}

}  // namespace
}  // namespace loadline::conformance
