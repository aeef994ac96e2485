// SPDX-License-Identifier: Apache-2.0
#include "reports/conclusion.h"

#include "reports/sample_report.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// A certification of "candidate" with results of the given verdicts, seen and expected.
Report Certified(const std::vector<std::pair<Verdict, Verdict>>& verdicts) {
  Report report;
  report.subjects = {{"candidate", "runtime"}};
  for (const auto& [verdict, expected] : verdicts) {
    CheckResult result;
    result.id = "oci-runtime/a/b@1.2.0";
    result.subject = "candidate";
    result.verdict = verdict;
    result.expected = expected;
    report.results.push_back(result);
  }
  return report;
}

std::string Words(const Report& report) { return Conclude(report, report.subjects.at(0)).words; }

constexpr std::pair kPassed{Verdict::kPass, Verdict::kPass};
constexpr std::pair kKnown{Verdict::kFail, Verdict::kFail};
constexpr std::pair kKnownTimeout{Verdict::kTimeout, Verdict::kTimeout};
constexpr std::pair kWarning{Verdict::kWarn, Verdict::kPass};
constexpr std::pair kUnjudged{Verdict::kEnvironment, Verdict::kPass};
constexpr std::pair kNew{Verdict::kFail, Verdict::kPass};
constexpr std::pair kStale{Verdict::kPass, Verdict::kFail};

TEST(Conclude, CountsKnownDeviations) {
  EXPECT_EQ(Words(Certified({kPassed, kWarning, kUnjudged})), "conformant in what was judged");
  EXPECT_EQ(Words(Certified({kPassed, kKnown})), "conformant except for 1 known deviation");
  EXPECT_EQ(Words(Certified({kKnown, kKnownTimeout})), "conformant except for 2 known deviations");
  EXPECT_EQ(Words(Certified({kKnown, kNew})), "not as expected");
  EXPECT_EQ(Words(Certified({kPassed, kStale})), "not as expected");
  EXPECT_EQ(Words(Certified({kUnjudged})), "not judged");
}

TEST(Conclude, AgreesWithTheExitStatus) {
  for (const auto& verdicts :
       {std::vector{kPassed}, {kKnown, kPassed}, {kWarning}, {kUnjudged}, {kNew}, {kStale}}) {
    const Report report = Certified(verdicts);
    const int status = ExitStatus(report, false);
    const std::string words = Words(report);
    EXPECT_EQ(status == 1, words == "not as expected") << words;
    EXPECT_EQ(status == 4, words == "not judged") << words;
  }
}

TEST(Conclude, ARunWithoutEndDoesNotConform) {
  Report report = Certified({kPassed});
  report.unfinished = Unfinished{};
  EXPECT_EQ(Words(report), "not finished");
  EXPECT_EQ(ExitStatus(report, false), 4);
  report = Certified({kPassed, kNew});
  report.unfinished = Unfinished{};
  EXPECT_EQ(Words(report), "not as expected") << "what is missing cannot make it better";
  EXPECT_EQ(ExitStatus(report, false), 1);
}

TEST(Conclude, TellsCandidatesOfOneReportApart) {
  Report report = Certified({kPassed, kNew});
  report.results[1].subject = "other";
  report.subjects.push_back({"other", "runtime"});
  EXPECT_EQ(Words(report), "conformant in what was judged");
  EXPECT_EQ(Conclude(report, report.subjects[1]).words, "not as expected");
}

TEST(Conclude, AnswersWhetherItMayBeUsed) {
  const auto answer = [](const Report& report) {
    return Conclude(report, report.subjects.at(0)).answer;
  };
  EXPECT_THAT(answer(Certified({kPassed})), testing::StartsWith("Yes: "));
  EXPECT_EQ(answer(Certified({kKnown, kKnownTimeout})),
            "Yes, if you can live with 2 known deviations, in a.");
  EXPECT_EQ(answer(Certified({kKnown, kNew, kStale})),
            "Not before somebody has looked: 1 check went against it that nobody expected, in a.");
  EXPECT_THAT(answer(Certified({kPassed, kStale})),
              testing::HasSubstr("1 known deviation did not"));
  EXPECT_THAT(answer(Certified({kUnjudged})), testing::StartsWith("This run does not say"));
  EXPECT_THAT(answer(Certified({{Verdict::kError, Verdict::kPass}})),
              testing::HasSubstr("a defect of ours"));
  EXPECT_EQ(answer(SampleValidation()), "No: 1 error to mend first.");
}

TEST(Conclude, NamesTheAreasWithMostDeviations) {
  Report report = Certified({kNew, kNew, kNew, kNew, kNew, kNew});
  const char* const ids[] = {"x/a/1", "x/b/1", "x/b/2", "x/c/1", "x/d/1", "x/e/1"};
  for (size_t i = 0; i < 6; ++i) report.results[i].id = ids[i];
  EXPECT_THAT(Conclude(report, report.subjects[0]).answer,
              testing::HasSubstr("in b, a, c and 2 more areas."));
  report.results.pop_back();
  EXPECT_THAT(Conclude(report, report.subjects[0]).answer, testing::HasSubstr("in b, a, c and d."));
}

TEST(Conclude, IsWhatTextAndHtmlSay) {
  const Report report = Certified({kPassed, kKnown, kKnown});
  for (const Writer& writer : AllWriters()) {
    if (writer.format != "text" && writer.format != "html") continue;
    const std::string written = writer.write(report, {});
    EXPECT_THAT(written, testing::HasSubstr("conformant except for 2 known deviations"))
        << writer.format;
    if (writer.format == "text") {
      EXPECT_THAT(written,
                  testing::EndsWith("\nconformant except for 2 known deviations: candidate\n"));
    }
  }
}

}  // namespace
}  // namespace loadline::reports
