// SPDX-License-Identifier: Apache-2.0
#include "reports/merge.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reports/diff.h"
#include "reports/sample_report.h"

namespace loadline::reports {
namespace {

using testing::HasSubstr;

// Every second result, from the first or the second on.
Report Half(const Report& whole, size_t first) {
  Report half = whole;
  half.results.clear();
  for (size_t i = first; i < whole.results.size(); i += 2) half.results.push_back(whole.results[i]);
  return half;
}

TEST(Merge, HalvesAreTheWhole) {
  for (const Report& whole : {SampleCertification(), SampleValidation()}) {
    auto second = Half(whole, 1);
    second.started = "2026-01-02T03:05:00Z";
    const auto merged = Merge({second, Half(whole, 0)});
    ASSERT_TRUE(merged.has_value()) << merged.error().ToLine();
    EXPECT_THAT(Compare(whole, *merged).changes, testing::IsEmpty());
    EXPECT_EQ(merged->results.size(), whole.results.size());
    EXPECT_EQ(merged->started, whole.started) << "the earliest";
    EXPECT_EQ(merged->duration_ms, 2 * whole.duration_ms);
    EXPECT_EQ(merged->subjects.size(), 1U);
  }
}

TEST(Merge, APartWithoutEndLeavesTheWholeSo) {
  const Report whole = SampleCertification();
  Report part = Half(whole, 1);
  part.results.resize(1);
  part.unfinished = Unfinished{2};
  EXPECT_EQ(Merge({Half(whole, 0), part})->unfinished->planned, 5);
  EXPECT_EQ(Merge({part, Half(whole, 0)})->unfinished->planned, 5);
  part.unfinished = Unfinished{};
  EXPECT_EQ(Merge({part, Half(whole, 0)})->unfinished->planned, 0) << "nobody knows";
  EXPECT_FALSE(Merge({Half(whole, 0), Half(whole, 1)})->unfinished.has_value());
}

TEST(Merge, TheWorstVerdictCounts) {
  const Report whole = SampleCertification();
  Report better = whole, worse = whole;
  worse.results[0].verdict = Verdict::kFail;
  worse.results[4].verdict = Verdict::kPass;
  better.subjects[0].verdict = Verdict::kPass;
  const auto merged = Merge({better, worse});
  ASSERT_TRUE(merged.has_value()) << merged.error().ToLine();
  EXPECT_EQ(merged->results[0].verdict, Verdict::kFail);
  EXPECT_EQ(merged->results[4].verdict, Verdict::kEnvironment) << "not judged on every host";
  EXPECT_EQ(merged->subjects[0].verdict, Verdict::kFail);
  EXPECT_EQ(Merge({worse, better})->subjects[0].verdict, Verdict::kFail) << "in either order";
}

TEST(Merge, RequirementsAreCountedAgain) {
  Report whole = SampleCertification();
  whole.results[0].requirements = {"oci-runtime/config/root/readonly"};
  whole.results[1].requirements = {"oci-runtime/config/process/cwd"};
  const auto merged = Merge({Half(whole, 0), Half(whole, 1)});
  ASSERT_TRUE(merged.has_value()) << merged.error().ToLine();
  EXPECT_EQ(merged->requirements.judged, merged->requirements.passed + merged->requirements.failed);
  EXPECT_GT(merged->requirements.total, 100);
}

TEST(Merge, RefusesPartsOfDifferentJudgements) {
  const Report one = SampleCertification();
  Report other = one;
  other.spec = "1.3.0";
  const auto refused = [&one](const Report& part) {
    const auto merged = Merge({one, part});
    return merged.has_value() ? std::string("merged") : merged.error().ToLine();
  };
  EXPECT_THAT(refused(other), HasSubstr("\"1.2.0\" and \"1.3.0\""));
  other = one;
  other.subjects[0].digest = "sha256:00";
  EXPECT_THAT(refused(other), HasSubstr("candidates"));
  other = one;
  other.host = std::make_shared<nlohmann::json>(nlohmann::json{{"kernel", "6.2.0"}});
  EXPECT_THAT(refused(other), HasSubstr("hosts"));
  EXPECT_THAT(refused(SampleValidation()), HasSubstr("kinds"));
  EXPECT_FALSE(Merge({}).has_value());
}

TEST(Diff, NamesWhatIsNotTheSame) {
  const Report before = SampleCertification();
  Report after = before;
  after.results[0].verdict = Verdict::kFail;
  after.results[0].message = "left out\nforged line";
  after.results.pop_back();
  after.results[2].message = "worded otherwise";
  const Diff diff = Compare(before, after);
  EXPECT_EQ(diff.same, 3);
  EXPECT_EQ(ToText(diff),
            "candidate  oci-runtime/hooks/poststop/runs@1.2.0  pass -> fail\n"
            "    left out forged line\n"
            "candidate  oci-runtime/rlimits/raise@1.2.0  environment -> not there\n"
            "    lacks CAP_SYS_RESOURCE\n\n"
            "2 results differ, 3 with the same verdict\n");
  const auto json = nlohmann::json::parse(ToJsonText(diff));
  EXPECT_EQ(json["changes"][0]["after"], "fail");
  EXPECT_EQ(json["changes"][1]["after"], nullptr);
  EXPECT_TRUE(diff.Surprises());
  EXPECT_EQ(ToText(Compare(before, before)), "0 results differ, 5 with the same verdict\n");
  EXPECT_FALSE(Compare(before, before).Surprises());
}

TEST(Diff, IsNotSurprisedByWhatComesAndGoes) {
  Report before = SampleCertification();
  CheckResult& failed = before.results[0];
  failed.verdict = failed.expected = Verdict::kFail;
  failed.sometimes = true;
  Report after = before;
  after.results[0].verdict = after.results[0].expected = Verdict::kPass;
  const Diff diff = Compare(before, after);
  EXPECT_FALSE(diff.Surprises());
  EXPECT_THAT(ToText(diff), HasSubstr("fail -> pass (known to come and go)\n"));
  EXPECT_EQ(nlohmann::json::parse(ToJsonText(diff))["changes"][0]["known"], true);
  // Another verdict than these two is news.
  after.results[0].verdict = Verdict::kError;
  EXPECT_TRUE(Compare(before, after).Surprises());
  after.results[0] = before.results[0];
  after.results[0].sometimes = false;
  after.results[0].verdict = Verdict::kPass;
  EXPECT_TRUE(Compare(before, after).Surprises());
}

}  // namespace
}  // namespace loadline::reports
