// SPDX-License-Identifier: Apache-2.0
// What a text may not be, where its values stand, and that hostile texts stay cheap.
#include "validator/json/document.h"

#include <nlohmann/json.hpp>

namespace loadline::validator {
namespace {

std::string At(const Position& position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string Problems(const Document& document) {
  std::string text;
  for (const TextProblem& problem : document.problems()) {
    EXPECT_FALSE(problem.hint.empty());
    EXPECT_EQ(problem.message.find('\n'), std::string::npos) << problem.message;
    text += At(problem.position) + " " + problem.rule + " " + problem.pointer + "\n";
  }
  return text;
}

struct BadText {
  const char* name;
  std::string text;
  const char* problems;
  bool has_root;
};

const BadText kBadTexts[] = {
    {"empty", "", "1:1 json/empty \n", false},
    {"blank", " \n\t\r\n", "1:1 json/empty \n", false},
    {"byte order mark", "\xEF\xBB\xBF{}", "1:1 json/utf-8 \n", false},
    {"NUL", std::string("{\n \0}", 5), "2:2 json/utf-8 \n", false},
    {"latin 1", "{\"a\": \"\xE9\"}", "1:8 json/utf-8 \n", false},
    {"overlong", "[\"\xC0\xAF\"]", "1:3 json/utf-8 \n", false},
    {"surrogate in UTF-8", "[\"\xED\xA0\x80\"]", "1:3 json/utf-8 \n", false},
    {"cut sequence", "[\"\xE2\x82", "1:3 json/utf-8 \n", false},
    {"lone escaped surrogate", R"(["\ud800"])", "1:9 json/syntax \n", false},
    {"trailing comma", "{\"a\": 1,\n}", "2:1 json/syntax \n", false},
    {"comment", "{ // no\n}", "1:3 json/syntax \n", false},
    {"two documents", "{} {}", "1:4 json/syntax \n", false},
    {"cut short", "{\"a\": {\"b\": [1,", "1:16 json/syntax /a/b\n", false},
    {"single quotes", "{'a': 1}", "1:2 json/syntax \n", false},
    {"NaN", "[NaN]", "1:2 json/syntax \n", false},
    {"leading zero", "[01]", "1:3 json/syntax \n", false},
    {"control character", "[\"a\nb\"]", "1:4 json/syntax \n", false},
    {"duplicate key", "{\"a\": 1,\n \"a\": 2}", "2:2 json/duplicate-key /a\n", true},
    {"escaped duplicate", R"({"a": 1, "\u0061": 2})", "1:10 json/duplicate-key /a\n", true},
    {"duplicate below", R"({"x/y": [{"k": 0, "k": {}}]})", "1:19 json/duplicate-key /x~1y/0/k\n",
     true},
    {"beyond uint64", "{\"a\": 18446744073709551616}", "1:7 json/number /a\n", true},
    {"beyond int64", "[0, -9223372036854775809]", "1:5 json/number /1\n", true},
    {"beyond double", "{\"port\": 1e400}", "1:10 json/number /port\n", false},
};

TEST(Document, SaysWhatIsWrongAndWhere) {
  for (const BadText& bad : kBadTexts) {
    const Document document = Document::Parse(bad.text);
    EXPECT_EQ(Problems(document), bad.problems) << bad.name;
    EXPECT_EQ(document.root() != nullptr, bad.has_root) << bad.name;
    EXPECT_EQ(At(document.ValueAt("/no/such/value")), "1:1") << bad.name;
  }
}

TEST(Document, IntegersAreExact) {
  const Document document =
      Document::Parse("[18446744073709551615, -9223372036854775808, 9007199254740993, 1.5]");
  EXPECT_EQ(Problems(document), "");
  EXPECT_EQ((*document.root())[0].get<uint64_t>(), 18446744073709551615ULL);
  EXPECT_EQ((*document.root())[1].get<int64_t>(), INT64_MIN);
  EXPECT_EQ((*document.root())[2].get<int64_t>(), 9007199254740993);
  EXPECT_TRUE((*document.root())[3].is_number_float());
}

TEST(Document, KnowsWhereKeysAndValuesStand) {
  const Document document = Document::Parse(
      "{\n"
      "  \"a/b\": [true, {\"~\":\n"
      "    \"x\\\"]}\"}, \"\\u00e9é\"],\r\n"
      "\t\"\": -1.5e3 , \"z\": null, \"long\": []\n"
      "}");
  EXPECT_EQ(Problems(document), "");
  const struct {
    const char *pointer, *value, *key;
  } places[] = {
      {"", "1:1", "1:1"},          {"/a~1b", "2:10", "2:3"},      {"/a~1b/0", "2:11", "2:11"},
      {"/a~1b/1", "2:17", "2:17"}, {"/a~1b/1/~0", "3:5", "2:18"}, {"/a~1b/2", "3:15", "3:15"},
      {"/", "4:6", "4:2"},         {"/z", "4:20", "4:15"},        {"/long", "4:34", "4:26"},
  };
  for (const auto& place : places) {
    EXPECT_EQ(At(document.ValueAt(place.pointer)), place.value) << place.pointer;
    EXPECT_EQ(At(document.KeyAt(place.pointer)), place.key) << place.pointer;
  }
  for (const char* missing : {"/a~1b/1/nothing/below", "/a~1b/1/~0/0"})
    EXPECT_TRUE(At(document.ValueAt(missing)) == "2:17" || At(document.ValueAt(missing)) == "3:5");
  for (const char* missing : {"/a~1b/3", "/a~1b/-1", "/a~1b/x", "/a~1b/99999999999999999999"})
    EXPECT_EQ(At(document.ValueAt(missing)), "2:10") << missing;
}

TEST(Document, TheLastOfTwoEqualKeysCounts) {
  const Document document = Document::Parse("{\"a\": {\"b\": 1},\n \"a\": 2, \"a\":\n {\"c\": 3}}");
  EXPECT_EQ(document.root()->dump(), R"({"a":{"c":3}})");
  EXPECT_EQ(At(document.ValueAt("/a/c")), "3:8");
  EXPECT_EQ(At(document.KeyAt("/a")), "2:10");
  EXPECT_EQ(At(document.ValueAt("/a/b")), "3:2");
}

TEST(Document, DepthIsLimited) {
  Limits limits;
  limits.depth = 3;
  EXPECT_EQ(Problems(Document::Parse("[[[1]]]", limits)), "");
  EXPECT_EQ(Problems(Document::Parse("[0, [[[]]]]", limits)), "1:7 json/depth /1/0/0\n");
  const std::string bomb(8 << 20, '[');
  EXPECT_THAT(Problems(Document::Parse(bomb)), testing::StartsWith("1:129 json/depth /0/0"));
  std::string objects;
  for (int i = 0; i < 1000000; ++i) objects += "{\"a\":";
  EXPECT_THAT(Problems(Document::Parse(objects)), testing::StartsWith("1:641 json/depth /a/a"));
}

TEST(Document, SizeIsLimited) {
  Limits limits;
  limits.bytes = 10;
  EXPECT_EQ(Problems(Document::Parse("[12345678]", limits)), "");
  EXPECT_EQ(Problems(Document::Parse("[123456789]", limits)), "1:1 json/size \n");
}

// Each of these took memory or time beyond measure when every value kept its whole pointer, or when
// problems had no bound.
TEST(Document, HostileTextsStayCheap) {
  const std::string long_text(1 << 20, 'k');
  std::string below_long_key = "{\"" + long_text + "\": [0";
  for (int i = 0; i < 200000; ++i) below_long_key += ",0";
  below_long_key += "]}";
  const Document wide = Document::Parse(below_long_key);
  EXPECT_EQ(Problems(wide), "");
  EXPECT_EQ(At(wide.ValueAt("/" + long_text + "/200000")), "1:1448583");

  std::string twice = "{\"" + long_text + "\": 0";
  for (int i = 0; i < 200000; ++i) twice += ",\"a\":1";
  twice += ",\"" + long_text + "\": 0}";
  const Document repeated = Document::Parse(twice);
  EXPECT_EQ(repeated.problems().size(), 100u);

  const std::string two_keys = "{\"" + long_text + "\": 0, \"" + long_text + "\": 0}";
  const Document long_duplicate = Document::Parse(two_keys);
  ASSERT_EQ(long_duplicate.problems().size(), 1u);
  EXPECT_LT(long_duplicate.problems()[0].message.size(), 200u);
  EXPECT_EQ(long_duplicate.problems()[0].pointer, "");
  const std::string half = "[\"" + long_text;
  const Document unfinished = Document::Parse(half);
  ASSERT_EQ(unfinished.problems().size(), 1u);
  EXPECT_LT(unfinished.problems()[0].message.size(), 400u);
}

TEST(Document, JoinEscapesTokens) {
  EXPECT_EQ(Join("", "a/b~c"), "/a~1b~0c");
  EXPECT_EQ(Join("/x", size_t{7}), "/x/7");
}

}  // namespace
}  // namespace loadline::validator
