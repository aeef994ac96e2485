// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reports/sample_report.h"
#include "reports/writer.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

json RuleOfSarif(const std::vector<std::string>& requirements) {
  Report report = SampleValidation();
  report.results.resize(1);
  report.results[0].verdict = Verdict::kFail;
  report.results[0].requirements = requirements;
  for (const Writer& writer : AllWriters()) {
    if (writer.format != "sarif") continue;
    const json sarif = json::parse(writer.write(report, {}));
    EXPECT_TRUE(schema::CheckSchema("formats/sarif.json", sarif).value().empty());
    return sarif["runs"][0]["tool"]["driver"]["rules"][0];
  }
  return {};
}

TEST(Sarif, HelpIsTheStandardsSentence) {
  const json rule = RuleOfSarif({"oci-runtime/config/root/readonly"});
  EXPECT_THAT(rule["helpUri"], StartsWith("https://"));
  EXPECT_THAT(rule["helpUri"], HasSubstr("config.md#root"));
  EXPECT_THAT(rule["help"]["text"], StartsWith("MUST: "));
  EXPECT_THAT(rule["help"]["markdown"], HasSubstr("[source](https://"));
}

TEST(Sarif, WhatNoStandardSaysHasNoAddress) {
  EXPECT_FALSE(RuleOfSarif({}).contains("help"));
  EXPECT_FALSE(RuleOfSarif({"nobody/knows/this"}).contains("help"));
  const json rule = RuleOfSarif({"loadline/control/cpu/quota-holds"});
  EXPECT_FALSE(rule.contains("helpUri"));
  EXPECT_TRUE(rule.contains("help"));
}

}  // namespace
}  // namespace loadline::reports
