// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/selection.h"

#include <gmock/gmock.h>

namespace loadline::conformance {
namespace {

class SelectionTest : public testing::Test {
 protected:
  SelectionTest() {
    for (const char* id : {"oci-runtime/a", "oci-runtime/b"}) {
      Case one;
      one.id = id;
      cases_.push_back(one);
    }
    batteries_ = {{"often", "", true, {NewRun("often/x"), NewRun("often/y")}},
                  {"seldom", "", false, {NewRun("seldom/x")}}};
  }

  static BatteryRun NewRun(const std::string& id) {
    BatteryRun run;
    run.name = id;
    run.checks = {{.id = id}};
    return run;
  }

  // The ids of what was selected, or the error.
  std::vector<std::string> Selected() {
    const auto selection = Select(cases_, batteries_, options_);
    if (!selection) return {selection.error().what};
    std::vector<std::string> ids;
    for (const Case* one : selection->cases) ids.push_back(one->id);
    for (const ChosenRun& run : selection->runs) {
      for (const Check* check : run.checks) ids.push_back(check->id);
    }
    return ids;
  }

  std::vector<Case> cases_;
  std::vector<Battery> batteries_;
  CertifyOptions options_;
};

using testing::ElementsAre;

TEST_F(SelectionTest, ABatteryThatSaysNothingOfAUsersCandidateIsLeftOutOrAnError) {
  options_.rootless = true;
  batteries_[0].rootless = false;
  EXPECT_THAT(Selected(), ElementsAre("oci-runtime/a", "oci-runtime/b"));
  options_.batteries = {"often"};
  EXPECT_THAT(Selected(),
              ElementsAre("the battery often says nothing of a candidate that a user calls"));
}

TEST_F(SelectionTest, CasesAndTheUsualBatteriesAreTheDefault) {
  EXPECT_THAT(Selected(), ElementsAre("oci-runtime/a", "oci-runtime/b", "often/x", "often/y"));
}

TEST_F(SelectionTest, ABatteryIsChosenByItsName) {
  options_.batteries = {"seldom"};
  EXPECT_THAT(Selected(), ElementsAre("seldom/x"));
  options_.batteries = {"cases"};
  EXPECT_THAT(Selected(), ElementsAre("oci-runtime/a", "oci-runtime/b"));
  options_.batteries = {"no-such"};
  EXPECT_THAT(Selected(), ElementsAre("there is no battery no-such"));
}

TEST_F(SelectionTest, AGlobReachesEveryBattery) {
  options_.only = {"*/x"};
  EXPECT_THAT(Selected(), ElementsAre("often/x", "seldom/x"));
  options_.batteries = {"often"};
  EXPECT_THAT(Selected(), ElementsAre("often/x"));
  options_.only = {"nothing/*"};
  EXPECT_THAT(Selected(), ElementsAre("no case matches \"nothing/*\""));
}

TEST_F(SelectionTest, SomebodyElsesCasesComeAlone) {
  options_.case_directories = {"theirs"};
  EXPECT_THAT(Selected(), ElementsAre("oci-runtime/a", "oci-runtime/b"));
}

TEST_F(SelectionTest, ABundleIsJudgedByTheRunsThatCanAndNotByThoseOfOurOwn) {
  batteries_[0].runs[0].judges_given = true;
  batteries_[0].runs[0].checks.push_back({.id = "often/bundle/ours"});
  EXPECT_THAT(Selected(), testing::Contains("often/bundle/ours"));
  options_.bundle = "theirs";
  EXPECT_THAT(Selected(), ElementsAre("often/x"));
  options_.batteries = {"often"};
  EXPECT_THAT(Selected(), ElementsAre("often/x"));
  options_.batteries = {"seldom"};
  EXPECT_THAT(Selected(), ElementsAre("seldom says nothing of a bundle of yours"));
  options_.batteries = {"cases"};
  EXPECT_THAT(Selected(), ElementsAre("cases says nothing of a bundle of yours"));
  options_.batteries.clear();
  options_.case_directories = {"theirs"};
  EXPECT_THAT(Selected(), ElementsAre("--bundle and --cases exclude each other"));
}

TEST_F(SelectionTest, EveryRunIsInOneShard) {
  std::vector<std::string> all;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    options_.shard = Shard::Parse(shard).value();
    const auto part = Selected();
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_THAT(
      all, testing::UnorderedElementsAre("oci-runtime/a", "oci-runtime/b", "often/x", "often/y"));
}

}  // namespace
}  // namespace loadline::conformance
