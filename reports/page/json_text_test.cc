// SPDX-License-Identifier: Apache-2.0
#include "reports/page/json_text.h"

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using testing::HasSubstr;

TEST(JsonText, KeepsALineWhatFitsOnOne) {
  const auto text = [](const char* document) {
    return JsonText(nlohmann::json::parse(document), 1000);
  };
  EXPECT_EQ(text(R"({"a": [1, 2, {"b": "c"}]})"), R"({"a": [1, 2, {"b": "c"}]})");
  const std::string word(60, 'w');
  EXPECT_EQ(JsonText({word, word}, 1000), "[\n \"" + word + "\",\n \"" + word + "\"\n]");
}

TEST(JsonText, EndsWhereItIsLongOrDeep) {
  nlohmann::json deep = 1;
  for (int i = 0; i < 10000; ++i) deep = nlohmann::json::array({std::move(deep)});
  EXPECT_THAT(JsonText(deep, 1000), HasSubstr("…"));
  nlohmann::json numbers = nlohmann::json::array();
  for (int i = 0; i < 10000; ++i) numbers.push_back(i);
  const std::string text = JsonText(numbers, 1000);
  EXPECT_LT(text.size(), 1200U);
  EXPECT_THAT(text, HasSubstr("holds the rest"));
  EXPECT_THAT(JsonText(std::string(100000, 'x'), 1000), HasSubstr("x…"));
}

}  // namespace
}  // namespace loadline::reports
