// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/update_flags.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reference-runtime/command_line_tables.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

TEST(UpdateFlags, BytesHaveUnits) {
  for (const auto& [text, bytes] :
       std::vector<std::pair<std::string, int64_t>>{{"0", 0},
                                                    {"1048576", 1 << 20},
                                                    {"64m", 64 << 20},
                                                    {"64M", 64 << 20},
                                                    {"64MB", 64 << 20},
                                                    {"1.5k", 1536},
                                                    {"2GiB", int64_t{2} << 30},
                                                    {"7b", 7},
                                                    {"1 k", 1024},
                                                    {"-1", -1}})
    EXPECT_EQ(Bytes(text).value_or(-7), bytes) << text;
  for (const std::string text : {"", "m", "-2", "1x", "1mm", "9000000p", "nan", "1e3"})
    EXPECT_FALSE(Bytes(text).has_value()) << text;
}

TEST(UpdateFlags, StandForResources) {
  const auto resources = ResourcesFromFlags({{"memory", {"1m", "2m"}},
                                             {"cpu-share", {"512"}},
                                             {"cpu-quota", {"-1"}},
                                             {"cpuset-cpus", {"0"}},
                                             {"cpu-idle", {"0"}},
                                             {"pids-limit", {"0"}},
                                             {"blkio-weight", {"0"}},
                                             {"root", {"/somewhere"}}});
  ASSERT_TRUE(resources.has_value());
  EXPECT_EQ(*resources, Json::parse(R"({"memory": {"limit": 2097152},
      "cpu": {"shares": 512, "quota": -1, "cpus": "0", "idle": 0}, "pids": {"limit": 0}})"));
}

TEST(UpdateFlags, WhatCannotBeReadNamesTheFlag) {
  for (const auto& [flag, value] :
       std::vector<std::pair<std::string, std::string>>{{"memory", "much"},
                                                        {"cpu-share", "-1"},
                                                        {"cpu-quota", "1.5"},
                                                        {"pids-limit", "99999999999999999999"},
                                                        {"l3-cache-schema", "L3:0=f"}}) {
    const auto resources = ResourcesFromFlags({{flag, {value}}});
    ASSERT_FALSE(resources.has_value()) << flag;
    EXPECT_THAT(resources.error().what, testing::HasSubstr("--" + flag));
  }
}

// Every option of update is one of these flags.
TEST(UpdateFlags, AreThoseOfTheCommandLine) {
  for (const Option& option : Options()) {
    if (option.operations != "update" || option.name == "resources") continue;
    const auto answer = ResourcesFromFlags({{std::string(option.name), {"?"}}});
    const bool is_text = option.name.starts_with("cpuset");
    const bool is_ignored = option.name.starts_with("kernel-memory");
    EXPECT_EQ(answer.has_value(), is_text || is_ignored) << option.name;
    EXPECT_TRUE(!is_text || !answer->empty()) << option.name;
  }
}

}  // namespace
}  // namespace loadline::runtime
