// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/mutant_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const Json& more :
       {Json{{"id", "a"}, {"config", {{"hostname", "x"}}}, {"steps", {"create", "state"}}},
        Json{{"id", "b"}, {"config", {{"domainname", "y"}}}}}) {
    Json declaration = {{"title", "t"},
                        {"requirements", {"oci-runtime/config-linux/namespaces/new-when-no-path"}},
                        {"expect", {{"state", {{"state", {{"id", "x"}}}}}}}};
    declaration.update(more);
    auto parsed = ParseCase(declaration);
    cases.push_back(parsed.value().front());
  }
  return cases;
}

class MutantPlanTest : public testing::Test {
 protected:
  MutantPlan Plan(const std::string& name) {
    profile_.command = {"/bin/runtime"};
    const std::vector<const Case*> cases = {&cases_[0], &cases_[1]};
    auto plans = PlanMutants(profile_, "/bin/mutant", cases, "1.3.0");
    for (const MutantPlan& plan : plans.value()) {
      if (plan.name == name) return plan;
    }
    ADD_FAILURE() << "no mutant is called " << name;
    return {};
  }

  std::vector<Case> cases_ = Cases();
  Profile profile_;
};

TEST_F(MutantPlanTest, AFieldIsDroppedForTheCasesThatMeanIt) {
  const MutantPlan plan = Plan("field:/hostname");
  EXPECT_THAT(plan.profile.command,
              ElementsAre("/bin/mutant", "--drop", "/hostname", "--", "/bin/runtime"));
  EXPECT_THAT(plan.cases, ElementsAre("a"));
  EXPECT_THAT(Plan("field:/domainname").cases, ElementsAre("b"));
}

TEST_F(MutantPlanTest, WhatOnlyTheBaseBundleHasConcernsAll) {
  EXPECT_THAT(Plan("field:/process/env").cases, ElementsAre("a", "b"));
}

TEST_F(MutantPlanTest, WhatNoCaseTouchesHasNone) {
  EXPECT_THAT(Plan("field:/linux/seccomp").cases, IsEmpty());
}

TEST_F(MutantPlanTest, AMutationConcernsTheCasesThatUseItsVerb) {
  EXPECT_THAT(Plan("mutation:state-fails").cases, ElementsAre("a"));
}

TEST_F(MutantPlanTest, AStageIsLeftOutForTheCasesThatCiteIt) {
  profile_.command = {"/bin/echo"};
  profile_.stages = {
      {"container uts oci-runtime/config-linux/namespaces"}, "--without", {}, "", {}};
  const std::vector<const Case*> cases = {&cases_[0]};
  const auto plans = PlanStages(profile_, cases, cases_);
  ASSERT_TRUE(plans.has_value());
  ASSERT_EQ(plans->size(), 1U);
  EXPECT_EQ(plans->front().name, "stage:uts");
  EXPECT_THAT(plans->front().profile.global_options, ElementsAre("--without", "uts"));
  EXPECT_THAT(plans->front().cases, Contains("a"));
  // On a host that cannot judge "a" nobody would notice.
  const auto none = PlanStages(profile_, {}, cases_);
  ASSERT_TRUE(none.has_value());
  EXPECT_THAT(*none, IsEmpty());
}

TEST_F(MutantPlanTest, AStageThatNoCaseCanSeeIsPassedOverAndHasToBeThere) {
  profile_.command = {"/bin/echo"};
  profile_.stages = {
      {"container uts oci-runtime/config-linux/namespaces"}, "--without", {{"uts", "why"}}, "", {}};
  const std::vector<const Case*> cases = {&cases_[0]};
  const auto plans = PlanStages(profile_, cases, cases_);
  ASSERT_TRUE(plans.has_value());
  EXPECT_THAT(*plans, IsEmpty());
  profile_.stages.unseen = {{"gone", "why"}};
  EXPECT_FALSE(PlanStages(profile_, cases, cases_).has_value());
}

TEST_F(MutantPlanTest, AnOrderIsForAllCasesAndNamesThoseThatAreAboutIt) {
  profile_.stages.swap = "--swap";
  profile_.stages.orders = {{"uts,mounts", "a b/*"}};
  const auto plans = PlanOrders(profile_, {&cases_[0], &cases_[1]});
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans.front().name, "order:uts,mounts");
  EXPECT_THAT(plans.front().profile.global_options, ElementsAre("--swap", "uts,mounts"));
  EXPECT_THAT(plans.front().cases, ElementsAre("a", "b"));
  EXPECT_THAT(plans.front().about, ElementsAre("a", "b/*"));
}

}  // namespace
}  // namespace loadline::conformance
