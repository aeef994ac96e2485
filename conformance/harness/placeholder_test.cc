// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/placeholder.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using nlohmann::json;

const json kValues = {{"id", "c1"}, {"each.n", 5}, {"list", {1, 2}}};

TEST(Placeholder, AWholeStringKeepsTheType) {
  EXPECT_EQ(Expand("${each.n}", {kValues}).value(), json(5));
  EXPECT_EQ(Expand("${list}", {kValues}).value(), json({1, 2}));
}

TEST(Placeholder, InsideALongerStringItIsText) {
  EXPECT_EQ(ExpandText("a-${each.n}-${id}", {kValues}).value(), "a-5-c1");
}

TEST(Placeholder, KeysAreExpandedToo) {
  EXPECT_EQ(Expand({{"/x/${id}", {"${id}"}}}, {kValues}).value(), json({{"/x/c1", {"c1"}}}));
}

TEST(Placeholder, AnUnknownNameIsAnErrorUnlessItIsKept) {
  const auto failed = Expand("${nobody}", {kValues});
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().what.find("${nobody}"), std::string::npos);
  EXPECT_EQ(Expand("${nobody} ${id}", {kValues, true}).value(), json("${nobody} c1"));
}

TEST(Placeholder, AnUnclosedOneIsText) {
  EXPECT_EQ(Expand("$5 ${id", {kValues}).value(), json("$5 ${id"));
}

}  // namespace
}  // namespace loadline::conformance
