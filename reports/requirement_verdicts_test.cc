// SPDX-License-Identifier: Apache-2.0
#include "reports/requirement_verdicts.h"

#include <algorithm>

namespace loadline::reports {
namespace {

constexpr char kReadonly[] = "oci-runtime/config/root/readonly";

Report Citing(const std::vector<std::pair<Verdict, std::string>>& results) {
  Report report;
  report.spec = "1.2.0";
  for (const auto& [verdict, message] : results) {
    CheckResult result;
    result.verdict = verdict;
    result.message = message;
    result.requirements = {kReadonly};
    report.results.push_back(result);
  }
  return report;
}

RequirementVerdict VerdictOf(const Report& report, std::string_view id) {
  for (const RequirementVerdict& verdict : JudgeRequirements(report, "oci-runtime")) {
    if (verdict.requirement->id == id) return verdict;
  }
  ADD_FAILURE() << "no requirement " << id;
  return {};
}

TEST(JudgeRequirements, OneFailureIsEnough) {
  const auto verdict = VerdictOf(
      Citing({{Verdict::kPass, ""}, {Verdict::kWarn, "it is not"}, {Verdict::kEnvironment, "x"}}),
      kReadonly);
  EXPECT_EQ(verdict.kept, Kept::kFailed);
  EXPECT_EQ(verdict.results, std::vector<size_t>{1});
  EXPECT_EQ(VerdictOf(Citing({{Verdict::kPass, ""}, {Verdict::kUnsupported, ""}}), kReadonly).kept,
            Kept::kPassed);
}

TEST(JudgeRequirements, SaysWhyNothingJudgedOne) {
  EXPECT_EQ(VerdictOf(Citing({{Verdict::kEnvironment, "no memory"},
                              {Verdict::kEnvironment, "no memory"},
                              {Verdict::kInconclusive, ""}}),
                      kReadonly)
                .why,
            "no memory; inconclusive");
  EXPECT_EQ(VerdictOf(Citing({}), kReadonly).why, "this run made no check of it");
}

TEST(JudgeRequirements, AgreesWithTheCount) {
  const Report report = Citing({{Verdict::kFail, "it is not"}});
  const RequirementCount count = CountRequirements(report.results, "oci-runtime",
                                                   schema::SpecVersion::Parse(report.spec).value(),
                                                   schema::Addressee::kRuntime);
  const auto verdicts = JudgeRequirements(report, "oci-runtime");
  EXPECT_EQ(verdicts.size(), static_cast<size_t>(count.total));
  EXPECT_EQ(std::count_if(verdicts.begin(), verdicts.end(),
                          [](const auto& one) { return one.kept == Kept::kFailed; }),
            count.failed);
}

TEST(JudgeRequirements, NeedsAKnownVersionAndStandard) {
  Report report = Citing({});
  EXPECT_TRUE(JudgeRequirements(report, "no-such-standard").empty());
  report.spec = "soon";
  EXPECT_TRUE(JudgeRequirements(report, "oci-runtime").empty());
}

TEST(SubjectMatterOf, IsWhatIdsHaveInCommon) {
  const auto matter = [](const char* id) { return SubjectMatterOf(*schema::FindRequirement(id)); };
  EXPECT_EQ(matter(kReadonly), "config/root");
  EXPECT_EQ(matter("oci-runtime/bundle/config-json"), "bundle");
  EXPECT_EQ(matter("loadline/isolation/facts/vsock-outside"), "isolation/facts");
}

}  // namespace
}  // namespace loadline::reports
