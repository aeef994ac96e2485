// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/users.h"

#include <gmock/gmock.h>

namespace loadline::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Users& TwoUsers() {
  static const Users users(
      "root:x:0:0:root:/root:/bin/sh\n"
      "# a comment\n"
      "broken:x:1\n"
      "huge:x:4294967295:1::/:/bin/sh\n"
      "web:x:33:34:the web:/srv/web:/bin/sh",
      "root:x:0:\nweb:x:34:\nlog:x:40:other,web\nempty:x:41:webb\nbad:x:many:web\n");
  return users;
}

UserSpec Before() {
  UserSpec user;
  user.uid = 1;
  user.gid = 2;
  user.additional_gids = {3};
  return user;
}

TEST(Users, AreFoundByNameAndById) {
  const auto web = TwoUsers().ByName("web");
  ASSERT_TRUE(web.has_value());
  EXPECT_EQ(web->uid, 33U);
  EXPECT_EQ(web->gid, 34U);
  EXPECT_EQ(TwoUsers().ById(33)->home, "/srv/web");
  EXPECT_EQ(TwoUsers().Group("log"), 40U);
  EXPECT_THAT(TwoUsers().GroupsOf("web"), ElementsAre(40));
}

TEST(Users, MalformedLinesAreNobodys) {
  EXPECT_FALSE(TwoUsers().ByName("broken").has_value());
  EXPECT_FALSE(TwoUsers().ByName("huge").has_value());
  EXPECT_FALSE(TwoUsers().ByName("# a comment").has_value());
  EXPECT_FALSE(TwoUsers().ByName("").has_value());
  EXPECT_FALSE(TwoUsers().Group("bad").has_value());
}

TEST(Users, ANumberChangesThatIdAlone) {
  UserSpec user = Before();
  ASSERT_TRUE(ChooseUser("33", TwoUsers(), user).has_value());
  EXPECT_EQ(user.uid, 33U);
  EXPECT_EQ(user.gid, 2U);
  EXPECT_THAT(user.additional_gids, ElementsAre(3));
  ASSERT_TRUE(ChooseUser("5:6", TwoUsers(), user).has_value());
  EXPECT_EQ(user.uid, 5U);
  EXPECT_EQ(user.gid, 6U);
}

TEST(Users, ANameBringsItsGroups) {
  UserSpec user = Before();
  ASSERT_TRUE(ChooseUser("web", TwoUsers(), user).has_value());
  EXPECT_EQ(user.uid, 33U);
  EXPECT_EQ(user.gid, 34U);
  EXPECT_THAT(user.additional_gids, ElementsAre(40));
  ASSERT_TRUE(ChooseUser("web:log", TwoUsers(), user).has_value());
  EXPECT_EQ(user.gid, 40U);
  EXPECT_THAT(user.additional_gids, IsEmpty());
}

TEST(Users, WhatIsNobodyIsRefused) {
  for (const std::string text :
       {"", ":", "nobody", "0:nobody", "0:", "-1", "4294967295", "1:2:3"}) {
    UserSpec user = Before();
    EXPECT_FALSE(ChooseUser(text, TwoUsers(), user).has_value()) << text;
  }
}

TEST(Users, OnlyNamesHaveToBeLookedUp) {
  EXPECT_FALSE(HasNames("1:2"));
  EXPECT_TRUE(HasNames("web:2"));
  EXPECT_TRUE(HasNames("1:web"));
}

}  // namespace
}  // namespace loadline::runtime
