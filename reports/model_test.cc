// SPDX-License-Identifier: Apache-2.0
#include "reports/model.h"

#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/sample_report.h"

namespace loadline::reports {
namespace {

TEST(Summary, CountsVerdictsAndWhatIsUnexpected) {
  const Summary summary = Summarize(SampleCertification());
  EXPECT_EQ(summary[Verdict::kPass], 2);
  EXPECT_EQ(summary[Verdict::kFail], 2);
  EXPECT_EQ(summary[Verdict::kEnvironment], 1);
  EXPECT_EQ(summary.unexpected, 2);
  EXPECT_EQ(Summarize(SampleValidation())[Verdict::kPass], 60);
}

Report With(Verdict verdict, Verdict expected) {
  Report report;
  report.results.resize(1);
  report.results[0].verdict = verdict;
  report.results[0].expected = expected;
  return report;
}

TEST(ExitStatus, FollowsTheTable) {
  EXPECT_EQ(ExitStatus(With(Verdict::kPass, Verdict::kPass), true), 0);
  EXPECT_EQ(ExitStatus(With(Verdict::kFail, Verdict::kPass), false), 1);
  EXPECT_EQ(ExitStatus(With(Verdict::kTimeout, Verdict::kPass), false), 1);
  EXPECT_EQ(ExitStatus(With(Verdict::kFail, Verdict::kFail), true), 0);
  EXPECT_EQ(ExitStatus(With(Verdict::kPass, Verdict::kFail), false), 1) << "a stale expectation";
  EXPECT_EQ(ExitStatus(With(Verdict::kError, Verdict::kPass), false), 70);
  EXPECT_EQ(ExitStatus(With(Verdict::kEnvironment, Verdict::kPass), false), 4) << "nothing judged";
  Report both = With(Verdict::kPass, Verdict::kPass);
  both.results.push_back(With(Verdict::kEnvironment, Verdict::kPass).results[0]);
  EXPECT_EQ(ExitStatus(both, false), 0);
  EXPECT_EQ(ExitStatus(both, true), 4);
  both.results.push_back(With(Verdict::kError, Verdict::kPass).results[0]);
  both.results.push_back(With(Verdict::kFail, Verdict::kPass).results[0]);
  EXPECT_EQ(ExitStatus(both, true), 70) << "a defect of ours comes first";
}

TEST(ReportJson, ReadsBackWhatItWrote) {
  for (const Report& report : {SampleCertification(), SampleValidation()}) {
    const auto written = nlohmann::json::parse(
        ToJson(report).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    const auto read = ReportFromJson(written);
    ASSERT_TRUE(read.has_value()) << read.error().ToLine();
    EXPECT_EQ(nlohmann::json(ToJson(*read)), written);
  }
}

TEST(ReportJson, SaysWhatIsNoReport) {
  EXPECT_THAT(ReportFromJson({{"schemaVersion", "2.0.0"}}).error().ToLine(),
              testing::HasSubstr("schema version 2.0.0"));
  EXPECT_THAT(ReportFromJson(nlohmann::json::array()).error().ToLine(),
              testing::HasSubstr("not a report of loadline"));
}

TEST(CountRequirements, KnowsWhatWasJudged) {
  const auto& ledger = *schema::FindLedger("oci-runtime");
  const auto version = schema::SpecVersion::Parse("1.2.0").value();
  CheckResult result;
  for (const auto& requirement : ledger.requirements) {
    if (requirement.addressee != schema::Addressee::kRuntime || !requirement.HoldsIn(version))
      continue;
    result.requirements.push_back(requirement.id);
    if (result.requirements.size() == 2) break;
  }
  ASSERT_EQ(result.requirements.size(), 2u);
  CheckResult failure = result;
  failure.verdict = Verdict::kFail;
  failure.requirements.pop_back();
  CheckResult unjudged;
  unjudged.verdict = Verdict::kEnvironment;
  const auto count = CountRequirements({result, failure, unjudged}, "oci-runtime", version,
                                       schema::Addressee::kRuntime);
  EXPECT_GT(count.total, 2);
  EXPECT_EQ(count.judged, 2);
  EXPECT_EQ(count.passed, 1);
  EXPECT_EQ(count.failed, 1);
}

}  // namespace
}  // namespace loadline::reports
