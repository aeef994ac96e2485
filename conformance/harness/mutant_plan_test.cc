// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/mutant_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using testing::ElementsAre;

TEST(TouchedProperties, AreTheLeavesAndTheKeyedElements) {
  const Json changes = Json::parse(R"({
    "hostname": "x", "root": {"readonly": true}, "domainname": null,
    "mounts": {"/a": {"type": "tmpfs"}}, "process": {"env": {"A": "1"}, "args": ["x"]}})");
  EXPECT_THAT(TouchedProperties(changes),
              ElementsAre("/hostname", "/mounts/{destination=/a}", "/mounts/{destination=/a}/type",
                          "/process/args", "/process/env/{A=1}", "/root/readonly"));
}

std::vector<Case> Cases() {
  auto cases =
      ParseCase({{"id", "a"},
                 {"title", "t"},
                 {"requirements", {"oci-runtime/config-linux/namespaces/new-when-no-path"}},
                 {"config", {{"hostname", "x"}}},
                 {"steps", {"create", "state"}},
                 {"expect", {{"state", {{"state", {{"id", "x"}}}}}}}});
  return cases.value();
}

TEST(FieldMutants, AreRunOnTheCasesThatTouchTheProperty) {
  const auto mutants = FieldMutants(Cases());
  ASSERT_EQ(mutants.size(), 1U);
  EXPECT_THAT(mutants[0].options, ElementsAre("--drop", "/hostname"));
  EXPECT_THAT(mutants[0].cases, ElementsAre("a"));
}

TEST(NamedMutants, AreRunOnTheCasesThatUseTheVerb) {
  const auto mutants =
      NamedMutants("state-fails      state refuses\nexec-lies  x\nmount-added  y\n", Cases());
  ASSERT_EQ(mutants.size(), 3U);
  EXPECT_EQ(mutants[0].summary, "state refuses");
  EXPECT_THAT(mutants[0].cases, ElementsAre("a"));
  EXPECT_TRUE(mutants[1].cases.empty());
  EXPECT_THAT(mutants[2].cases, ElementsAre("a"));
}

}  // namespace
}  // namespace loadline::conformance
