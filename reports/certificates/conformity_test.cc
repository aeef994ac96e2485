// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/conformity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Conformity Judged(const Report& report) { return JudgeConformity(report, WholeOf(report)); }

TEST(Conformity, OfAWholeRunThatPassed) {
  const Conformity conformity = Judged(WholeReport());
  EXPECT_THAT(conformity.refusals, IsEmpty());
  EXPECT_EQ(conformity.Word(), "conformant");
  EXPECT_GT(conformity.musts.judged, 300);
  EXPECT_EQ(conformity.musts.judged, conformity.musts.judgeable);
  EXPECT_GT(conformity.musts.total, conformity.musts.judgeable);
  EXPECT_THAT(conformity.requirements,
              Contains(AllOf(testing::Field(&RequirementStanding::standing, Standing::kNotJudged),
                             testing::Field(&RequirementStanding::why, testing::Ne("")))));
}

TEST(Conformity, ListsKnownFailuresWithTheirReasons) {
  Report report = WholeReport();
  report.results.push_back(KnownFailure("oci-runtime/root/readonly@1.2.0"));
  report.results.push_back(KnownFailure("loadline/isolation/x@1.2.0"));
  report.results.back().requirements = {"loadline/isolation/x"};
  const Conformity conformity = Judged(report);
  EXPECT_THAT(conformity.refusals, IsEmpty());
  EXPECT_EQ(conformity.Word(), "conformant-except");
  ASSERT_EQ(conformity.exceptions.size(), 1U);
  EXPECT_EQ(conformity.exceptions[0].reason, "the release forgets it");
  ASSERT_EQ(conformity.beyond.size(), 1U);
  EXPECT_EQ(conformity.musts.failed, 1);
}

TEST(Conformity, IsRefusedWhenSomethingIsNotAsExpected) {
  struct {
    Verdict verdict;
    Verdict expected;
    const char* reason;
    const char* refusal;
  } const departures[] = {
      {Verdict::kFail, Verdict::kPass, "", "unexpected fail oci-runtime/x@1.2.0"},
      {Verdict::kTimeout, Verdict::kPass, "", "unexpected timeout"},
      {Verdict::kPass, Verdict::kFail, "", "stale oci-runtime/x@1.2.0"},
      {Verdict::kError, Verdict::kError, "", "error oci-runtime/x@1.2.0"},
      {Verdict::kFail, Verdict::kFail, "", "without a reason oci-runtime/x@1.2.0"},
      {Verdict::kFail, Verdict::kFail, "not examined yet: x", "without a reason"}};
  for (const auto& departure : departures) {
    Report report = WholeReport();
    CheckResult result = KnownFailure("oci-runtime/x@1.2.0");
    result.verdict = departure.verdict;
    result.expected = departure.expected;
    result.reason = departure.reason;
    report.results.push_back(result);
    EXPECT_THAT(Judged(report).refusals, ElementsAre(HasSubstr(departure.refusal)));
  }
}

TEST(Conformity, IsRefusedToWhatIsNotWhole) {
  using Spoil = void (*)(Report&);
  const std::pair<Spoil, const char*> partial[] = {
      {[](Report& report) { report.run.reset(); }, "does not say what it left out"},
      {[](Report& report) { report.run->dry_run = true; }, "--dry-run"},
      {[](Report& report) { report.run->only = {"a*"}; }, "only a* (--only)"},
      {[](Report& report) { report.run->shards = {"1/4"}; }, "only the parts 1/4"},
      {[](Report& report) { report.run->fault = "create/mkdirat/1/EIO"; }, "--fault"},
      {[](Report& report) { report.run->cases = "mine"; }, "--cases"},
      {[](Report& report) { report.run->bundle = "mine"; }, "--bundle"},
      {[](Report& report) { report.suite.erase("probe"); }, "which probe judged"},
      {[](Report& report) { report.subjects[0].digest.clear(); }, "has no digest"},
      {[](Report& report) { report.files.clear(); }, "which files"},
      {[](Report& report) { report.subjects.push_back(report.subjects[0]); }, "one candidate"},
      {[](Report& report) { report.results.push_back(report.results[0]); }, "two results"}};
  for (const auto& [spoil, refusal] : partial) {
    Report report = WholeReport();
    spoil(report);
    EXPECT_THAT(Judged(report).refusals, Contains(HasSubstr(refusal)));
  }
  const Report report = WholeReport();
  WholeRun more = WholeOf(report);
  more.ids.push_back("oci-runtime/left-out@1.2.0");
  EXPECT_THAT(JudgeConformity(report, more).refusals,
              ElementsAre(HasSubstr("1 of 2 cases are not in it, such as oci-runtime/left-out")));
  WholeRun other = WholeOf(report);
  other.suite["cases"] = "sha256:0";
  EXPECT_THAT(JudgeConformity(report, other).refusals,
              ElementsAre(HasSubstr("judged by other data (cases)")));
}

TEST(Conformity, WantsAFloorOfCoverage) {
  Report report = WholeReport();
  std::vector<std::string>& cited = report.results[0].requirements;
  CheckResult unjudged = report.results[0];
  unjudged.id = "oci-runtime/the-rest@1.2.0";
  unjudged.verdict = Verdict::kEnvironment;
  unjudged.message = "this host has none";
  cited.resize(cited.size() * 4 / 5);
  report.results.push_back(unjudged);
  const Conformity conformity = Judged(report);
  EXPECT_THAT(conformity.refusals, ElementsAre(HasSubstr("too little was judged")));
  EXPECT_THAT(conformity.requirements, Contains(testing::Field(&RequirementStanding::why,
                                                               "environment: this host has none")));
}

TEST(Conformity, OfAValidation) {
  EXPECT_THAT(Judged(SoundReport()).refusals, IsEmpty());
  using Spoil = void (*)(Report&);
  const std::pair<Spoil, const char*> spoilt[] = {
      {[](Report& report) { report.subjects[0].verdict = Verdict::kFail; }, "is not sound"},
      {[](Report& report) { report.subjects[0].type = kComparison; }, "comparison"},
      {[](Report& report) { report.subjects.clear(); }, "about nothing"},
      {[](Report& report) { report.run->ignored = {"config/*"}; }, "ignored: config/*"},
      {[](Report& report) { report.run->fail_level = "none"; }, "failLevel"},
      {[](Report& report) { report.run->shallow = true; }, "--shallow"},
      {[](Report& report) { report.run.reset(); }, "left out"}};
  for (const auto& [spoil, refusal] : spoilt) {
    Report report = SoundReport();
    spoil(report);
    EXPECT_THAT(Judged(report).refusals, ElementsAre(HasSubstr(refusal)));
  }
}

}  // namespace
}  // namespace loadline::reports::certificates
