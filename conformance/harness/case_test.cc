// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using testing::HasSubstr;

constexpr const char* kMust = "oci-runtime/config-linux/namespaces/new-when-no-path";

Json Declaration() {
  return {{"id", "x/y"},
          {"title", "t"},
          {"requirements", {kMust}},
          {"expect", {{"probe", {{"a", 1}}}}}};
}

std::string ErrorOf(const Json& declaration) {
  auto parsed = ParseCase(declaration);
  return parsed ? "" : parsed.error().ToLine();
}

TEST(Case, TakesLevelAndVersionsFromItsRequirements) {
  const auto cases = ParseCase(Declaration());
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  ASSERT_EQ(cases->size(), 1U);
  EXPECT_EQ(cases->front().level, schema::Level::kMust);
  EXPECT_TRUE(cases->front().HoldsIn(schema::SpecVersion::Parse("1.2.0").value()));
  EXPECT_EQ(cases->front().steps.size(), 4U);
}

TEST(Case, HoldsFromTheNewestSince) {
  Json declaration = Declaration();
  declaration["requirements"] = {kMust, "oci-runtime/config/domainname"};
  const auto cases = ParseCase(declaration);
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  EXPECT_FALSE(cases->front().HoldsIn(schema::SpecVersion::Parse("1.0.2").value()));
  EXPECT_TRUE(cases->front().HoldsIn(schema::SpecVersion::Parse("1.1.0").value()));
}

TEST(Case, ATableIsExpanded) {
  Json declaration = Declaration();
  declaration["each"] = {{{"row", "one"}, {"n", 1}}, {{"row", "two"}, {"n", 2}}};
  declaration["expect"] = {{"probe", {{"${each.row}", "${each.n}"}}}};
  const auto cases = ParseCase(declaration);
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  ASSERT_EQ(cases->size(), 2U);
  EXPECT_EQ((*cases)[1].id, "x/y/two");
  EXPECT_EQ((*cases)[1].expect["probe"]["two"], 2);
}

TEST(Case, StepsGetLabels) {
  const auto steps = ParseSteps({"create", "state", {{"do", "state"}, {"as", "then"}}, "state"});
  ASSERT_TRUE(steps.has_value());
  EXPECT_EQ((*steps)[1].as, "state");
  EXPECT_EQ((*steps)[2].as, "then");
  EXPECT_EQ((*steps)[3].as, "state3");
}

TEST(Case, MistakesAreNamedWithTheirPlace) {
  Json declaration = Declaration();
  declaration["expct"] = 1;
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("x/y: /expct: unknown key"));

  declaration = Declaration();
  declaration["requirements"] = {"oci-runtime/no/such"};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("oci-runtime/no/such is in no ledger"));

  declaration["requirements"] = {kMust, "oci-runtime/config-linux/memory/kernel-not-recommended"};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("another level"));

  declaration = Declaration();
  declaration["steps"] = {"create", "strat"};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("/steps/1: \"strat\" is no step"));

  declaration["steps"] = {{{"do", "create"}, {"fails", true}}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("needs a \"control\""));

  declaration["steps"] = {{{"do", "create"}, {"control", Json::object()}}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("is for a step with \"fails\""));

  declaration["steps"] = {{{"do", "kill"}, {"force", true}}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("/steps/0/force: unknown key"));

  declaration = Declaration();
  declaration["expect"] = {{"probe", {{"$like", 1}}}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("$like is no matcher"));

  declaration.erase("expect");
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("nothing is expected"));

  declaration = Declaration();
  declaration["each"] = {{{"n", 1}}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("every row needs a \"row\""));

  declaration["each"] = {{{"row", "a"}}};
  declaration["title"] = "${each.missing}";
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("x/y/a"));
}

TEST(ParseCases, NamesTheFile) {
  EXPECT_THAT(ParseCases("f.json", "{").error().ToLine(), HasSubstr("f.json:1:2: "));
  EXPECT_THAT(ParseCases("f.json", R"({"cases": [{"id": "a"}]})").error().ToLine(),
              HasSubstr("f.json:1:12: a: "));
}

TEST(LoadCases, TheEmbeddedOnesAreSound) {
  const auto cases = LoadCases();
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  EXPECT_GT(cases->size(), 10U);
}

}  // namespace
}  // namespace loadline::conformance
