// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expect.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace loadline::conformance {
namespace {

using nlohmann::json;

// Two JSON texts: an expectation, and whether the document {"v": VALUE, "w": 1, "o": {"a": 1}}
// meets it.
struct Row {
  const char* matcher;
  const char* value;
  bool meets;
};

class Matchers : public testing::TestWithParam<Row> {};

TEST_P(Matchers, Judge) {
  const json expectation = {{"v", json::parse(GetParam().matcher)}};
  json document = {{"w", 1}, {"o", {{"a", 1}}}, {"v", json::parse(GetParam().value)}};
  ASSERT_TRUE(CheckExpectation(expectation).has_value());
  const auto mismatch = Mismatch(expectation, document);
  EXPECT_EQ(!mismatch.has_value(), GetParam().meets) << mismatch.value_or("");
}

INSTANTIATE_TEST_SUITE_P(
    Expect, Matchers,
    testing::Values(
        Row{R"(1)", R"(1)", true}, Row{R"(1)", R"(2)", false}, Row{R"(1)", R"(1.0)", true},
        Row{R"([1,2])", R"([1,2])", true}, Row{R"([1,2])", R"([2,1])", false},
        Row{R"({"a":1})", R"({"a":1,"b":2})", true}, Row{R"({"a":1})", R"({"b":2})", false},
        Row{R"({"a":1})", R"([1])", false},
        Row{R"({"$equals":{"a":1}})", R"({"a":1,"b":2})", false},
        Row{R"({"$equals":{"a":1}})", R"({"a":1})", true},
        Row{R"({"$absent":true})", R"(null)", true}, Row{R"({"$absent":true})", R"(1)", false},
        Row{R"({"$absent":false})", R"(1)", true},
        Row{R"({"a":{"$absent":true}})", R"({"b":1})", true},
        Row{R"({"$contains":"b"})", R"(["a","b"])", true},
        Row{R"({"$contains":["a","b"]})", R"(["a","b","c"])", true},
        Row{R"({"$contains":["a","x"]})", R"(["a","b","c"])", false},
        Row{R"({"$contains":{"n":1}})", R"([{"n":1,"m":2}])", true},
        Row{R"({"$contains":"ell"})", R"("hello")", true},
        Row{R"({"$contains":"key"})", R"({"key":1})", true},
        Row{R"({"$contains":"x"})", R"(5)", false}, Row{R"({"$lacks":"b"})", R"(["a"])", true},
        Row{R"({"$lacks":"b"})", R"(["b"])", false},
        Row{R"({"$lacks":["a","b"]})", R"(["c","b"])", false},
        Row{R"({"$within":[1,2]})", R"(2)", true}, Row{R"({"$within":[1,2]})", R"(3)", false},
        Row{R"({"$within":["a","b"]})", R"(["a"])", true},
        Row{R"({"$within":["a","b"]})", R"(["a","c"])", false},
        Row{R"({"$matches":"a+b"})", R"("aab")", true},
        Row{R"({"$matches":"a+b"})", R"("xaab")", false}, Row{R"({"$matches":"1"})", R"(1)", false},
        Row{R"({"$between":[1,3]})", R"(3)", true}, Row{R"({"$between":[1,3]})", R"("2")", true},
        Row{R"({"$between":[1,3]})", R"(4)", false}, Row{R"({"$between":[1,3]})", R"("x")", false},
        Row{R"({"$same-as":"/w"})", R"(1)", true}, Row{R"({"$same-as":"/w"})", R"(2)", false},
        Row{R"({"$same-as":"/o/a"})", R"(1)", true},
        Row{R"({"$same-as":"/nothing"})", R"(1)", false},
        Row{R"({"$differs-from":"/w"})", R"(2)", true},
        Row{R"({"$differs-from":"/w"})", R"(1)", false},
        Row{R"({"$differs-from":"/nothing"})", R"(1)", false},
        Row{R"({"$in-order":["a","c"]})", R"(["a","b","c"])", true},
        Row{R"({"$in-order":["c","a"]})", R"(["a","b","c"])", false},
        Row{R"({"$in-order":["a"]})", R"("a")", false},
        Row{R"({"$any-of":[1,{"$matches":"x.*"}]})", R"("xy")", true},
        Row{R"({"$any-of":[1,2]})", R"(3)", false},
        Row{R"({"$contains":"a","$lacks":"b"})", R"(["a","b"])", false}));

TEST(Expect, TheMessageNamesPointerExpectedAndSeen) {
  const auto mismatch = Mismatch({{"probe", {{"a/b", 1}}}}, {{"probe", {{"a/b", "two"}}}});
  EXPECT_EQ(mismatch.value_or(""), "/probe/a~1b: expected 1, seen \"two\"");
  EXPECT_EQ(Mismatch({{"probe", {{"x", 1}}}}, {{"probe", json::object()}}).value_or(""),
            "/probe/x: expected 1, there is nothing");
}

TEST(Expect, ASectionThatWasNotObservedSatisfiesNothing) {
  EXPECT_EQ(Mismatch({{"probe", {{"x", {{"$absent", true}}}}}}, {{"host", 1}}).value_or(""),
            "/probe: was not observed");
}

TEST(Expect, LongValuesAreShortenedToOneLine) {
  const std::string shown = Shown(std::string(5000, 'x') + "\n");
  EXPECT_LT(shown.size(), 200U);
  EXPECT_EQ(shown.find('\n'), std::string::npos);
  EXPECT_NO_THROW(Shown(std::string("\xff\xfe")));
}

TEST(CheckExpectation, FindsMistakes) {
  for (const char* text : {R"({"$like":1})", R"({"$absent":1})", R"({"$matches":"("})",
                           R"({"$between":[1]})", R"({"$between":["a","b"]})", R"({"$within":1})",
                           R"({"a":1,"$absent":true})", R"({"deep":{"x":{"$no":1}}})"}) {
    EXPECT_FALSE(CheckExpectation(json::parse(text)).has_value()) << text;
  }
}

}  // namespace
}  // namespace loadline::conformance
