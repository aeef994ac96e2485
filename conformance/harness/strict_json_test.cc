// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/strict_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseStrict, SaysWhereAndHowToMendIt) {
  EXPECT_EQ(ParseStrict("f.json", R"({"a": [1]})").value()["a"][0], 1);
  for (const char* text : {"", "no", "{\"a\": 1,\n \"a\": 2}", "{}{}"}) {
    const auto refused = ParseStrict("f.json", text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnreadable);
    EXPECT_THAT(refused.error().ToLine(),
                testing::MatchesRegex("f.json:[12]:[0-9]+: [^\n]*; [^\n]*"));
  }
  EXPECT_FALSE(ParseStrict("f.json", Nested(100000)).has_value());
}

TEST(ParseForeign, TakesNoBombs) {
  EXPECT_EQ(ParseForeign(R"({"a": "[[\"{{\\"})")["a"], "[[\"{{\\");
  EXPECT_TRUE(ParseForeign(Nested(128)).is_array());
  EXPECT_TRUE(ParseForeign(Nested(129)).is_discarded());
  EXPECT_TRUE(ParseForeign(Nested(500000)).is_discarded());
  EXPECT_TRUE(ParseForeign(std::string(500000, '[')).is_discarded());
  EXPECT_TRUE(ParseForeign("\"").is_discarded());
  EXPECT_TRUE(ParseForeign("").is_discarded());
}

}  // namespace
}  // namespace loadline::conformance
