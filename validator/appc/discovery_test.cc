// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/discovery.h"

#include <gtest/gtest.h>

namespace loadline::validator {
namespace {

TEST(Discovery, APrefixEndsWhereAPartOfTheNameEnds) {
  EXPECT_TRUE(IsPrefixOf("example.com", "example.com/app"));
  EXPECT_TRUE(IsPrefixOf("example.com/app", "example.com/app"));
  EXPECT_FALSE(IsPrefixOf("example.com/app", "example.com/apple"));
  EXPECT_FALSE(IsPrefixOf("example.com/app/server", "example.com/app"));
}

TEST(Discovery, TagsAreReadHoweverTheyAreWritten) {
  const auto tags = DiscoveryTagsOf(
      "<HTML>\n<META NAME='AC-Discovery' content = 'a.b https://a.b/?x&amp;y>{ext}' />\n"
      "<meta content=\"a.b https://a.b/keys\" name=ac-discovery-pubkeys>"
      "<meta name=\"viewport\" content=\"x y\"><metadata name=ac-discovery>");
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0].name, "ac-discovery");
  EXPECT_EQ(tags[0].prefix, "a.b");
  EXPECT_EQ(tags[0].location, "https://a.b/?x&y>{ext}");
  EXPECT_EQ(tags[0].line, 2);
  EXPECT_EQ(tags[1].name, "ac-discovery-pubkeys");
  EXPECT_EQ(tags[1].location, "https://a.b/keys");
  EXPECT_EQ(tags[1].line, 3);
}

TEST(Discovery, CommentsHideTags) {
  const std::string tag = "<meta name=\"ac-discovery\" content=\"a.b c\">";
  EXPECT_TRUE(DiscoveryTagsOf("<!-- " + tag + " -->").empty());
  EXPECT_TRUE(DiscoveryTagsOf("<!-- " + tag).empty());
  EXPECT_EQ(DiscoveryTagsOf("<!-- -->" + tag).size(), 1U);
}

// Each would take hours if a search began anew at every byte.
TEST(Discovery, HostilePagesAreReadInOnePass) {
  for (const char* part :
       {"<meta ", "<meta '", "<!-", "<meta name=ac-discovery content=\"a b\">"}) {
    std::string page;
    while (page.size() < size_t{1} << 20) page += part;
    DiscoveryTagsOf(page);
    DiscoveryTagsOf(page + "'>");
  }
}

}  // namespace
}  // namespace loadline::validator
