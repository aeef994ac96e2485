// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expressible.h"

#include <algorithm>

#include "conformance/harness/certify_fake.h"

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

// A runtime whose create ends with 95, and what its profile says of that.
class RefusesByStatus : public CertifyFake {
 protected:
  reports::Verdict VerdictOn(const std::string& id, const std::string& member) {
    const std::string program = WriteFakeRuntime(
        directory_->path(), "[ $verb != create ] || { echo 'no words' >&2; exit 95; }");
    options_.candidate = directory_->path() + "/profile.json";
    std::ofstream(options_.candidate)
        << R"({"schemaVersion": 1, "name": "fake", "globalOptions": ["--root", "${root}"], )"
        << member << R"("command": [")" << program << R"("]})";
    options_.only = {id};
    const auto report = Certify(options_);
    EXPECT_TRUE(report.has_value()) << report.error().ToLine();
    const auto& results = report->results;
    const auto found = std::find_if(results.begin(), results.end(), [&id](const auto& result) {
      return result.id.starts_with(id + "@");
    });
    EXPECT_NE(found, results.end()) << id;
    return found == results.end() ? reports::Verdict::kError : found->verdict;
  }
};

TEST_F(RefusesByStatus, ThatIsNoFailureWhereTheProfileSaysSo) {
  const std::string says = R"("refusalStatus": 95, )";
  EXPECT_EQ(VerdictOn("t/good", says), reports::Verdict::kUnsupported);
  // The control is refused as well, so that nothing is shown.
  EXPECT_EQ(VerdictOn("t/without", says), reports::Verdict::kUnsupported);
  EXPECT_EQ(VerdictOn("t/good", R"("refusalStatus": 96, )"), reports::Verdict::kFail);
  EXPECT_EQ(VerdictOn("t/good", ""), reports::Verdict::kFail);
}

}  // namespace
}  // namespace loadline::conformance
