// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/run.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

Case MakeCase(const std::string& id, const Json& parts) {
  Json declaration = {{"id", id},
                      {"title", "t"},
                      {"requirements", {"oci-runtime/config-linux/namespaces/new-when-no-path"}}};
  declaration.update(parts);
  auto cases = ParseCase(declaration);
  EXPECT_TRUE(cases.has_value()) << cases.error().ToLine();
  return cases->front();
}

Plan PlanOf(const std::vector<Case>& cases) {
  std::vector<const Case*> pointers;
  for (const Case& one : cases) pointers.push_back(&one);
  auto plan = MakePlan(pointers, "1.1.0");
  EXPECT_TRUE(plan.has_value()) << plan.error().ToLine();
  return std::move(*plan);
}

TEST(Plan, EqualRunsAreMadeOnceAndAskForWhatAllWant) {
  const Plan plan =
      PlanOf({MakeCase("a", {{"expect", {{"probe", {{"paths", {{"/a", 1}}}}}}}}),
              MakeCase("b", {{"expect",
                              {{"probe", {{"paths", {{"/b", 1}}}, {"sysctls", {{"x", "1"}}}}},
                               {"host", {{"cgroupFiles", {{"pids.max", "1"}}}}}}}})});
  ASSERT_EQ(plan.runs.size(), 1U);
  EXPECT_EQ(plan.runs[0].request.probe, Json({{"paths", {"/a", "/b"}}, {"sysctls", {"x"}}}));
  EXPECT_EQ(plan.runs[0].request.cgroup_files, std::set<std::string>{"pids.max"});
  EXPECT_EQ(plan.runs[0].cases, (std::vector<std::string>{"a", "b"}));
}

TEST(Plan, WhatAlternativesNameIsAskedForToo) {
  Json files;
  files["$any-of"] = {{{"blkio.weight", "1"}}, {{"blkio.bfq.weight", "1"}}};
  const Plan plan =
      PlanOf({MakeCase("a", {{"expect", {{"host", {{"cgroupFiles", std::move(files)}}}}}})});
  ASSERT_EQ(plan.runs.size(), 1U);
  EXPECT_EQ(plan.runs[0].request.cgroup_files,
            (std::set<std::string>{"blkio.bfq.weight", "blkio.weight"}));
}

TEST(Plan, OtherConfigurationsAndStepsAreOtherRuns) {
  const Json expect = {{"probe", {{"a", 1}}}};
  const Plan plan = PlanOf({MakeCase("a", {{"expect", expect}}),
                            MakeCase("b", {{"expect", expect}, {"config", {{"hostname", "x"}}}}),
                            MakeCase("c", {{"expect", expect}, {"steps", {"create", "start"}}})});
  EXPECT_EQ(plan.runs.size(), 3U);
}

TEST(Plan, AThenOnlyLooks) {
  const Plan plan = PlanOf(
      {MakeCase("a", {{"expect", {{"probe", {{"a", 1}}}}}, {"steps", {"create", "start"}}}),
       MakeCase("b", {{"steps", {"create", {{"do", "start"}, {"then", {{"log", {"x"}}}}}}}})});
  ASSERT_EQ(plan.runs.size(), 1U);
  EXPECT_EQ(plan.runs[0].snapshots, std::set<std::string>{"start"});
}

TEST(Plan, AControlComesBeforeItsCaseAndEndsWithTheStep) {
  const Plan plan = PlanOf({MakeCase(
      "a",
      {{"config", {{"hostname", "bad"}}},
       {"steps",
        {{{"do", "create"}, {"fails", true}, {"control", {{"config", {{"hostname", "good"}}}}}},
         "delete"}}})});
  ASSERT_EQ(plan.runs.size(), 2U);
  ASSERT_EQ(plan.by_case[0].controls.size(), 1U);
  const auto& control = plan.runs[plan.by_case[0].controls[0].second];
  EXPECT_LT(plan.by_case[0].controls[0].second, plan.by_case[0].main);
  EXPECT_EQ(control.config["hostname"], "good");
  ASSERT_EQ(control.steps.size(), 1U);
  EXPECT_EQ(control.steps[0].fails, Fails::kNo);
  EXPECT_EQ(plan.runs[plan.by_case[0].main].config["hostname"], "bad");
}

TEST(Plan, TheControlOfAByStartHasTheStartToo) {
  const Plan plan = PlanOf({MakeCase(
      "a", {{"steps",
             {{{"do", "create"}, {"fails", "by-start"}, {"control", Json::object()}}, "start"}}})});
  const auto& control = plan.runs[plan.by_case[0].controls[0].second];
  ASSERT_EQ(control.steps.size(), 2U);
  EXPECT_EQ(control.steps[1].verb, "start");
}

TEST(Plan, APatchThatDoesNotApplyNamesTheCase) {
  const Case one = MakeCase("a/b", {{"expect", {{"probe", {{"a", 1}}}}},
                                    {"patch", {{{"op", "remove"}, {"path", "/nothing"}}}}});
  const auto plan = MakePlan({&one}, "1.1.0");
  ASSERT_FALSE(plan.has_value());
  EXPECT_NE(plan.error().what.find("a/b"), std::string::npos);
}

}  // namespace
}  // namespace loadline::conformance
