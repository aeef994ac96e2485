// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expressible.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

std::string Why(const char* config, std::vector<std::string> pointers) {
  Profile profile;
  profile.name = "x";
  profile.cannot_express = std::move(pointers);
  Run run;
  run.config = Json::parse(config);
  return WhyNotExpressed({run}, profile);
}

TEST(Expressible, APropertyThatIsAskedForIsNamed) {
  EXPECT_EQ(Why(R"({"domainname": "d"})", {"/hooks", "/domainname"}),
            "x has no words for /domainname");
  EXPECT_EQ(Why(R"({"process": {"oomScoreAdj": 0}})", {"/process/oomScoreAdj"}),
            "x has no words for /process/oomScoreAdj");
}

TEST(Expressible, WhatIsEmptyOrFalseAsksForNothing) {
  for (const char* config :
       {"{}", R"({"process": null})", R"({"process": {"terminal": false}})",
        R"({"process": {"terminal": null}})", R"({"process": {"terminal": []}})"})
    EXPECT_EQ(Why(config, {"/process/terminal"}), "") << config;
  EXPECT_EQ(Why(R"({"domainname": "d"})", {}), "");
}

}  // namespace
}  // namespace loadline::conformance
