// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/comparison.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reports/sample_report.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

CheckResult ResultOf(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id + "@1.2.0";
  result.title = "title of " + id;
  result.verdict = verdict;
  result.expected = verdict;
  result.subject = "candidate";
  return result;
}

CheckResult FigureResult(double ratio, double low, double high, const char* parity) {
  CheckResult result = ResultOf("loadline/efficiency/null-call",
                                std::string(parity) == "worse" ? Verdict::kWarn : Verdict::kPass);
  result.evidence = std::make_shared<json>(json{
      {"measured",
       {{"ratio", ratio}, {"low", low}, {"high", high}, {"margin", 0.05}, {"parity", parity}}}});
  return result;
}

Report ReportOf(const std::string& name, std::vector<CheckResult> results) {
  Report report = SampleCertification();
  report.subjects[0].name = name;
  report.results = std::move(results);
  return report;
}

Comparison Sample() {
  CheckResult broken = ResultOf("loadline/isolation/a", Verdict::kFail);
  broken.message = "it <b>leaks</b>\nsecond line";
  return Compare({ReportOf("one", {ResultOf("loadline/isolation/a", Verdict::kPass),
                                   ResultOf("loadline/control/b", Verdict::kPass),
                                   ResultOf("oci-runtime/mounts/c", Verdict::kPass),
                                   FigureResult(1.0, 0.98, 1.02, "equivalent")}),
                  ReportOf("two", {broken, ResultOf("loadline/control/b", Verdict::kUnsupported),
                                   ResultOf("oci-runtime/mounts/c", Verdict::kPass),
                                   FigureResult(40.0, 38.0, 42.0, "worse")})})
      .value();
}

TEST(Comparison, DifferencesComeFirst) {
  const Comparison comparison = Sample();
  ASSERT_EQ(comparison.rows.size(), 4U);
  EXPECT_EQ(comparison.rows[0].id, "loadline/efficiency/null-call");
  EXPECT_EQ(comparison.rows[1].id, "loadline/isolation/a");
  EXPECT_EQ(comparison.rows[2].agreement, Agreement::kPartly);
  EXPECT_EQ(comparison.rows[3].agreement, Agreement::kSame);
  EXPECT_EQ(comparison.Count(Agreement::kDiffer), 2);
}

TEST(Comparison, AFigureIsComparedByItsParity) {
  const auto agreement = [](const char* first, const char* second) {
    return Compare({ReportOf("one", {FigureResult(1.00, 0.9, 1.1, first)}),
                    ReportOf("two", {FigureResult(1.04, 0.9, 1.1, second)})})
        .value()
        .rows[0]
        .agreement;
  };
  EXPECT_EQ(agreement("equivalent", "equivalent"), Agreement::kSame);
  EXPECT_EQ(agreement("equivalent", "worse"), Agreement::kDiffer);
  EXPECT_EQ(agreement("equivalent", "inconclusive"), Agreement::kPartly);
}

TEST(Comparison, APropertyThatOneWasNotAskedIsNoDifference) {
  const Comparison comparison =
      Compare({ReportOf("one", {ResultOf("loadline/isolation/a", Verdict::kPass)}),
               ReportOf("two", {})})
          .value();
  EXPECT_EQ(comparison.rows[0].agreement, Agreement::kSame);
  EXPECT_EQ(comparison.rows[0].cells[1].Word(), "not asked");
}

TEST(Comparison, TwoOfOneNameAreToldApart) {
  const Comparison comparison = Compare({ReportOf("runc", {}), ReportOf("runc", {})}).value();
  EXPECT_EQ(comparison.names, (std::vector<std::string>{"runc", "runc (2)"}));
}

TEST(Comparison, AsOneReportHasAResultPerCheckAndCandidate) {
  const Comparison comparison = Sample();
  const Report all = AllCandidates(comparison);
  EXPECT_EQ(all.results.size(), 8U);
  ASSERT_EQ(all.subjects.size(), 2U);
  EXPECT_EQ(all.subjects[1].name, "two");
  for (size_t i = 0; i < all.results.size(); ++i)
    EXPECT_EQ(all.results[i].subject, i < 4 ? "one" : "two");
}

TEST(Comparison, IsNotFinishedWhenACandidateIsNot) {
  Report report = ReportOf("one", {ResultOf("loadline/isolation/a", Verdict::kPass)});
  report.unfinished = Unfinished{3};
  const Comparison comparison = Compare({report, ReportOf("two", {})}).value();
  EXPECT_TRUE(AllCandidates(comparison).unfinished.has_value());
  EXPECT_THAT(ComparisonText(comparison, {}),
              HasSubstr("the run was not finished: 1 result so far"));
}

TEST(Comparison, WhatIsNoFigureIsNone) {
  const json good = {{"ratio", 1.0}, {"low", 0.9}, {"high", 1.1}, {"parity", "equivalent"}};
  const std::pair<const char*, json> changes[] = {
      {"ratio", "1.0"}, {"ratio", nullptr}, {"ratio", 0}, {"low", -1}, {"high", 1e300}};
  for (const auto& [member, value] : changes) {
    CheckResult result = ResultOf("loadline/efficiency/null-call", Verdict::kPass);
    json measured = good;
    measured[member] = value;
    result.evidence = std::make_shared<json>(json{{"measured", measured}});
    const Comparison comparison = Compare({ReportOf("one", {result})}).value();
    EXPECT_FALSE(comparison.rows[0].HasFigure()) << member << " = " << value;
  }
  CheckResult result = ResultOf("loadline/efficiency/null-call", Verdict::kPass);
  json measured = good;
  measured["parity"] = "<b>fine</b>";
  measured["nativeAgainstNative"] = json{{"low", "x"}};
  result.evidence = std::make_shared<json>(json{{"measured", measured}});
  const Comparison comparison = Compare({ReportOf("one", {result})}).value();
  EXPECT_TRUE(comparison.rows[0].HasFigure());
  EXPECT_EQ(comparison.rows[0].cells[0].Word(), "pass");
}

TEST(Comparison, NamesAreApartWhateverTheyAre) {
  const Comparison comparison =
      Compare({ReportOf("a", {}), ReportOf("a (2)", {}), ReportOf("a", {})}).value();
  EXPECT_EQ(comparison.names, (std::vector<std::string>{"a", "a (2)", "a (3)"}));
}

TEST(Comparison, AValidationCannotBeCompared) {
  EXPECT_FALSE(Compare({SampleValidation()}).has_value());
}

TEST(Comparison, TheTextShowsFiguresAndWhatDiffers) {
  const std::string text = ComparisonText(Sample(), {});
  EXPECT_THAT(text, HasSubstr("null-call              1.00 (0.98-1.02) equivalent  "
                              "40.00 (38.00-42.00) worse\n"));
  EXPECT_THAT(text, HasSubstr("  loadline/isolation/a  pass  fail\n"
                              "      two: it <b>leaks</b> second line\n"));
  EXPECT_THAT(text, Not(HasSubstr("oci-runtime/mounts/c")));
  EXPECT_THAT(
      text,
      HasSubstr(
          "2 differences in 4 properties; the same for all: 1, alike where they were judged: 1\n"));
  EXPECT_THAT(ComparisonText(Sample(), {.verbose = true}),
              HasSubstr("oci-runtime/mounts/c  pass  pass"));
}

TEST(Comparison, TheJsonFollowsItsSchema) {
  const json document = json::parse(ToJson(Sample()).dump());
  const auto errors = schema::CheckSchema("loadline/comparison.json", document);
  ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
  EXPECT_TRUE(errors->empty()) << errors->front().pointer << ": " << errors->front().message;
  EXPECT_EQ(document["rows"][1]["cells"]["two"]["word"], "fail");
  EXPECT_EQ(document["rows"][0]["cells"]["two"]["figure"]["ratio"], 40.0);
  ASSERT_EQ(document["properties"].size(), 4U);
  EXPECT_EQ(document["properties"][0]["name"], "resource control");
  EXPECT_EQ(document["properties"][0]["candidates"]["two"]["against"],
            json::array({"loadline/isolation/a"}));
}

TEST(Comparison, WhatSaysMoreThanPassLeadsToItsEvidence) {
  const std::string page = ComparisonHtml(Sample(), false);
  for (int row = 0; row < 3; ++row) {
    const std::string anchor = "row-" + std::to_string(row);
    EXPECT_THAT(page, HasSubstr("href=\"#" + anchor + "\""));
    EXPECT_THAT(page, HasSubstr("id=\"" + anchor + "\""));
  }
  EXPECT_THAT(page, HasSubstr("oci-runtime/mounts/c")) << "what is the same is named";
  EXPECT_THAT(page, Not(HasSubstr("row-3")));
  EXPECT_THAT(page, HasSubstr("<svg class=\"bars\" role=\"img\""));
  EXPECT_THAT(page, HasSubstr("it &lt;b&gt;leaks&lt;/b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>leaks</b>")));
}

TEST(Comparison, CandidatesThatSayTheSameStandTogether) {
  CheckResult broken = ResultOf("loadline/isolation/a", Verdict::kFail);
  broken.message = "it leaks";
  CheckResult otherwise = broken;
  otherwise.message = "it leaks otherwise";
  const std::string page =
      ComparisonHtml(Compare({ReportOf("one", {broken}), ReportOf("two", {otherwise}),
                              ReportOf("three", {broken})})
                         .value(),
                     false);
  EXPECT_THAT(page, HasSubstr("fail</span> one, three</p>"));
  EXPECT_THAT(page, HasSubstr("fail</span> two</p>"));
}

TEST(FigureOf, RefusesWhatHasNoLogarithm) {
  const auto figure = [](json measured) {
    CheckResult result;
    result.evidence = std::make_shared<const json>(json{{"measured", std::move(measured)}});
    return FigureOf(result);
  };
  EXPECT_TRUE(figure({{"ratio", 1.5}, {"low", 1.4}, {"high", 1.6}, {"margin", 0.1}}).has_value());
  EXPECT_FALSE(figure({{"ratio", 0}, {"low", 1.4}, {"high", 1.6}}).has_value());
  EXPECT_FALSE(figure({{"ratio", "1"}, {"low", 1.4}, {"high", 1.6}}).has_value());
  EXPECT_FALSE(figure({{"ratio", 1.5}, {"low", -1}, {"high", 1.6}}).has_value());
  EXPECT_FALSE(figure(json::array({1, 2})).has_value());
  EXPECT_FALSE(figure({{"ratio", 1.5}, {"low", 1.4}, {"high", 1.6}, {"parity", 1}})->parity.size() >
               0);
}

}  // namespace
}  // namespace loadline::reports
