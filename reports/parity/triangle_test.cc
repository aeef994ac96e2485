// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/triangle.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reports/parity/triangle_parts.h"
#include "reports/sample_report.h"
#include "schema/schema_set.h"

namespace loadline::reports {

Writer JsonWriter();  // writers/json.cc
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kSlow[] = "loadline/efficiency/null-call";
constexpr char kStart[] = "loadline/efficiency/start";
constexpr char kProbe[] = "loadline/isolation/working-directory/init";
constexpr char kLimit[] = "loadline/control/pids/exact";

CheckResult CheckSeen(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id + "@1.2.0";
  result.title = "title of " + id;
  result.verdict = verdict;
  result.expected = verdict;
  result.subject = "candidate";
  if (verdict == Verdict::kFail) result.message = "it <i>was</i> seen";
  return result;
}

// Without a parity the figure is told and claims nothing.
CheckResult Measured(const std::string& id, double low, double high, const char* parity = "") {
  const std::string word = parity;
  CheckResult result = CheckSeen(id, word == "worse"          ? Verdict::kWarn
                                     : word == "inconclusive" ? Verdict::kInconclusive
                                                              : Verdict::kPass);
  json measured = {{"ratio", (low + high) / 2}, {"low", low}, {"high", high}};
  if (!word.empty()) measured.update({{"parity", word}, {"margin", 0.1}});
  result.evidence = std::make_shared<json>(json{{"measured", measured}});
  return result;
}

using Results = std::vector<CheckResult>;

Comparison Compared(std::vector<Results> candidates) {
  std::vector<Report> reports;
  for (Results& results : candidates) {
    Report report = SampleCertification();
    report.subjects[0].name = std::string(1, static_cast<char>('a' + reports.size()));
    report.results = std::move(results);
    reports.push_back(std::move(report));
  }
  return Compare(std::move(reports)).value();
}

std::vector<std::string> Sentences(const Comparison& comparison) {
  std::vector<std::string> sentences;
  for (const Pairing& pairing : TriangleOf(comparison).pairings)
    sentences.push_back((pairing.IsTrade() ? "trade: " : "") +
                        PairingText(pairing, comparison.names));
  return sentences;
}

std::string PageOf(const Comparison& comparison) {
  return TriangleWriter().write_comparison(comparison, {});
}

TEST(Triangle, EveryCheckHasItsPlace) {
  const auto place = [](const char* check) {
    const auto found = PlaceOf(check);
    return found ? std::string(ToText(found->axis)) + ", " + found->part : "none";
  };
  EXPECT_EQ(place("loadline/control/pids/exact"), "reliability, limits");
  EXPECT_EQ(place("loadline/control/devices/unlisted-make"), "security, devices");
  EXPECT_EQ(place("loadline/isolation/device-links/absolute"), "security, device links");
  EXPECT_EQ(place("loadline/isolation/left-behind/masks"), "reliability, nothing is left behind");
  EXPECT_EQ(place("loadline/faults/create/error"),
            "reliability, faults: calls that fail or are killed");
  EXPECT_EQ(place("loadline/faults/races/same-id"), "reliability, faults: races");
  EXPECT_EQ(place("loadline/exec/privileges"), "security, posture of exec");
  EXPECT_EQ(place("loadline/exec/process"), "reliability, exec, pause and update");
  EXPECT_EQ(place("loadline/efficiency/null-call"), "performance, work: system calls");
  EXPECT_EQ(place("loadline/efficiency/start-call"), "performance, starts");
  EXPECT_EQ(place("loadline/efficiency/a-new-workload"), "performance, work: processor and memory");
  EXPECT_EQ(place("oci-runtime/hostname/set"), "none");
}

TEST(Triangle, AGainThatCostsOnAnotherSideIsATrade) {
  // The second starts faster and lets something out, where the first does not.
  const Comparison comparison =
      Compared({{Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kPass)},
                {Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kFail)}});
  EXPECT_THAT(Sentences(comparison),
              ElementsAre("trade: b rather than a: gains performance (starts); costs security "
                          "(working directory)"));
  const Pairing pairing = TriangleOf(comparison).pairings[0];
  ASSERT_EQ(pairing.differences.size(), 2U);
  ASSERT_EQ(pairing.differences[1].behind.size(), 1U);
  EXPECT_EQ(comparison.rows[pairing.differences[1].behind[0]].id, kProbe);
}

TEST(Triangle, WhoIsAheadEverywhereGivesNothingForIt) {
  EXPECT_THAT(
      Sentences(Compared({{Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kPass)},
                          {Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kFail)}})),
      ElementsAre("a rather than b: gains performance (starts), security (working "
                  "directory)"));
}

TEST(Triangle, WhoIsOnlyAheadIsNamedFirst) {
  EXPECT_THAT(Sentences(Compared(
                  {{CheckSeen(kProbe, Verdict::kFail)}, {CheckSeen(kProbe, Verdict::kPass)}})),
              ElementsAre("b rather than a: gains security (working directory)"));
}

TEST(Triangle, AGainAndACostOfOneSideAreNoTrade) {
  EXPECT_THAT(
      Sentences(Compared(
          {{CheckSeen(kProbe, Verdict::kPass), CheckSeen("oci-runtime/seccomp/a", Verdict::kFail)},
           {CheckSeen(kProbe, Verdict::kFail),
            CheckSeen("oci-runtime/seccomp/a", Verdict::kPass)}})),
      ElementsAre("a rather than b: gains security (working directory); costs security (system "
                  "call filters)"));
}

TEST(Triangle, APartThatGoesBothWaysIsNeitherGainNorCost) {
  const std::string other = "loadline/isolation/working-directory/exec";
  const Comparison comparison =
      Compared({{Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kFail),
                 CheckSeen(other, Verdict::kPass)},
                {Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kPass),
                 CheckSeen(other, Verdict::kFail)}});
  EXPECT_THAT(Sentences(comparison), ElementsAre("a rather than b: gains performance (starts)"));
  EXPECT_EQ(TriangleOf(comparison).pairings[0].differences.size(), 2U) << "it is still told";
}

int BetterOf(const CheckResult& one, const CheckResult& other) {
  const Comparison comparison = Compared({{one}, {other}});
  return Better(comparison.rows[0].cells[0], comparison.rows[0].cells[1]);
}

TEST(Triangle, FiguresDifferWhereTheirIntervalsAreApart) {
  EXPECT_EQ(BetterOf(Measured(kStart, 7.0, 8.0), Measured(kStart, 7.9, 9.0)), 0);
  EXPECT_EQ(BetterOf(Measured(kStart, 7.0, 8.0), Measured(kStart, 8.1, 9.0)), 1);
  EXPECT_EQ(BetterOf(Measured(kStart, 8.1, 9.0), Measured(kStart, 7.0, 8.0)), -1);
  EXPECT_EQ(BetterOf(Measured(kSlow, 0.98, 1.00, "equivalent"),
                     Measured(kSlow, 1.01, 1.02, "equivalent")),
            0)
      << "both count as the native one";
  EXPECT_EQ(
      BetterOf(Measured(kSlow, 0.98, 1.00, "equivalent"), Measured(kSlow, 90.0, 110.0, "worse")),
      1);
  EXPECT_EQ(
      BetterOf(Measured(kSlow, 0.5, 2.0, "inconclusive"), Measured(kSlow, 90.0, 110.0, "worse")), 0)
      << "noise is no evidence";
}

TEST(Triangle, WhatWasNotJudgedOrComesAndGoesIsNoEvidence) {
  EXPECT_EQ(BetterOf(CheckSeen(kProbe, Verdict::kPass), CheckSeen(kProbe, Verdict::kFail)), 1);
  EXPECT_EQ(BetterOf(CheckSeen(kProbe, Verdict::kPass), CheckSeen(kProbe, Verdict::kTimeout)), 1);
  for (const Verdict verdict :
       {Verdict::kUnsupported, Verdict::kEnvironment, Verdict::kError, Verdict::kInconclusive}) {
    EXPECT_EQ(BetterOf(CheckSeen(kProbe, Verdict::kPass), CheckSeen(kProbe, verdict)), 0);
    EXPECT_EQ(BetterOf(CheckSeen(kProbe, verdict), CheckSeen(kProbe, Verdict::kFail)), 0);
  }
  CheckResult sometimes = CheckSeen(kProbe, Verdict::kFail);
  sometimes.sometimes = true;
  EXPECT_EQ(BetterOf(CheckSeen(kProbe, Verdict::kPass), sometimes), 0);
}

TEST(Triangle, SharesSayWhatWasNotJudged) {
  const Comparison comparison = Compared(
      {{CheckSeen(kLimit, Verdict::kPass), CheckSeen("loadline/control/a", Verdict::kFail),
        CheckSeen("loadline/control/b", Verdict::kEnvironment), Measured(kSlow, 1.0, 4.0, "worse")},
       {CheckSeen(kLimit, Verdict::kUnsupported)}});
  const Triangle triangle = TriangleOf(comparison);
  EXPECT_EQ(ShareText(triangle.axes[0].cells[0]), "1 of 2 passed (1 not judged)");
  EXPECT_EQ(ShareText(triangle.axes[0].cells[1]), "none judged (1 not judged)");
  EXPECT_EQ(ShareText(triangle.axes[1].cells[0]), "0 of 1 passed (2.50 times, 1.00-4.00)");
  EXPECT_EQ(ShareText(triangle.axes[2].cells[0]), "not asked");
}

TEST(Triangle, TextNamesTheChecksAndThePublishedFaults) {
  const std::string text =
      TriangleText(Compared({{Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kPass)},
                             {Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kFail)}}));
  EXPECT_THAT(text, HasSubstr("gains performance, starts: loadline/efficiency/start 7.50 "
                              "(7.00-8.00) for 15.00 (14.00-16.00)"));
  EXPECT_THAT(text, HasSubstr("costs security, working directory: loadline/isolation/"
                              "working-directory/init [CVE-2024-21626]"));
}

TEST(Triangle, PageStandsAloneAndEveryLinkLeadsSomewhere) {
  const std::string page =
      PageOf(Compared({{Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kPass),
                        CheckSeen(kLimit, Verdict::kUnsupported)},
                       {Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kFail),
                        CheckSeen(kLimit, Verdict::kPass)}}));
  EXPECT_THAT(page, HasSubstr("it &lt;i&gt;was&lt;/i&gt; seen"));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, HasSubstr("<a href=\"#trades\">Where a gain cost something</a>"));
  EXPECT_THAT(page, HasSubstr("loadline certify b --spec 1.2.0 --only "
                              "loadline/isolation/working-directory/init</code>"));
  EXPECT_THAT(page, HasSubstr("<desc id=\"triangle-0-words\">reliability: none judged (1 not "
                              "judged); performance: 1 of 1 passed; security: 1 of 1 passed"));
  size_t links = 0;
  for (size_t at = page.find("href=\"#"); at != std::string::npos;
       at = page.find("href=\"#", at + 1), ++links) {
    const std::string anchor = page.substr(at + 7, page.find('"', at + 7) - at - 7);
    EXPECT_THAT(page, HasSubstr("id=\"" + anchor + "\"")) << anchor;
  }
  EXPECT_GE(links, 2U);
}

TEST(Triangle, NothingIsSaidWhereNothingWasAsked) {
  const Comparison comparison = Compared({{CheckSeen("oci-runtime/hostname/set", Verdict::kPass)}});
  EXPECT_EQ(TriangleText(comparison), "");
  EXPECT_EQ(TriangleHtml(comparison), "");
}

TEST(Triangle, NamesOfCandidatesAreEscaped) {
  Comparison comparison = Compared({{CheckSeen(kProbe, Verdict::kPass)}, {}});
  comparison.names[0] = "<script>\"&\n";
  EXPECT_THAT(PageOf(comparison), Not(HasSubstr("<script>\"")));
  EXPECT_THAT(TriangleText(comparison), Not(HasSubstr("\"&\n")));
}

TEST(Triangle, JsonFollowsItsSchema) {
  const Comparison comparison =
      Compared({{Measured(kStart, 14.0, 16.0), CheckSeen(kProbe, Verdict::kPass)},
                {Measured(kStart, 7.0, 8.0), CheckSeen(kProbe, Verdict::kFail)}});
  const json document = json::parse(JsonWriter().write_comparison(comparison, {}));
  EXPECT_TRUE(schema::CheckSchema("loadline/comparison.json", document).value().empty());
  const json& pairing = document["triangle"]["pairings"][0];
  EXPECT_EQ(pairing["trade"], true);
  EXPECT_EQ(pairing["one"], "b");
  EXPECT_EQ(pairing["differences"][1]["behind"], json::array({kProbe}));
  EXPECT_EQ(document["triangle"]["axes"][2]["candidates"]["b"]["failed"], 1);
}

}  // namespace
}  // namespace loadline::reports
