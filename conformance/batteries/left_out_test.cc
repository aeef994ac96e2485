// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/left_out.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using nlohmann::json;

TEST(LeftOut, IsWhatIsThereAndCannotBeExpressed) {
  Profile profile;
  profile.cannot_express = {"/linux/resources/devices", "/hooks/prestart", "/process/user/umask"};
  json changes = {{"linux", {{"resources", {{"devices", json::array()}, {"pids", {}}}}}},
                  {"process", {{"user", {{"uid", 7}, {"umask", 63}}}}}};
  EXPECT_EQ(LeaveOutUnexpressed(changes, profile),
            json({"/linux/resources/devices", "/process/user/umask"}));
  EXPECT_EQ(changes["linux"]["resources"], json({{"pids", nullptr}}));
  EXPECT_EQ(changes["process"]["user"], json({{"uid", 7}}));
}

TEST(LeftOut, IsNothingWhereAllCanBeExpressed) {
  json changes = {{"hostname", "here"}};
  EXPECT_EQ(LeaveOutUnexpressed(changes, Profile()), json::array());
  EXPECT_EQ(changes, json({{"hostname", "here"}}));
}

}  // namespace
}  // namespace loadline::conformance
