// SPDX-License-Identifier: Apache-2.0
#include "reports/history/history.h"

#include <nlohmann/json.hpp>

#include "reports/sample_report.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CheckResult Checked(const std::string& id, Verdict verdict, const std::string& requirement = "") {
  CheckResult result;
  result.id = id + "@1.2.0";
  result.title = "title of " + id;
  result.verdict = verdict;
  result.subject = "candidate";
  result.message = verdict == Verdict::kPass ? "" : "it <b>went</b> wrong";
  if (!requirement.empty()) result.requirements = {requirement};
  return result;
}

Report ReportAt(const std::string& day, std::vector<CheckResult> results) {
  Report report = SampleCertification();
  report.started = "2026-01-" + day + "T00:00:00Z";
  report.host = std::make_shared<const json>(json{{"kernel", "6.1"}, {"cgroup", "hybrid"}});
  report.results = std::move(results);
  return report;
}

constexpr char kRootReadonly[] = "oci-runtime/config/root/readonly";

// Out of order, as a shell may name them.
History SampleHistory() {
  return HistoryOf({ReportAt("03", {Checked("oci-runtime/a/x", Verdict::kPass, kRootReadonly),
                                    Checked("oci-runtime/b/y", Verdict::kFail),
                                    Checked("oci-runtime/c/z", Verdict::kEnvironment)}),
                    ReportAt("01", {Checked("oci-runtime/a/x", Verdict::kPass, kRootReadonly),
                                    Checked("oci-runtime/b/y", Verdict::kPass)}),
                    ReportAt("02", {Checked("oci-runtime/a/x", Verdict::kFail, kRootReadonly),
                                    Checked("oci-runtime/b/y", Verdict::kPass),
                                    Checked("oci-runtime/c/z", Verdict::kPass)})})
      .value();
}

std::string Turns(const HistoryStep& step) {
  std::string text;
  for (const ResultTurn& turn : step.results)
    text += std::string(ToText(turn.turn)) + " " + turn.id + ": " + turn.before + ", " +
            turn.after + "\n";
  return text;
}

TEST(History, SaysWhatTurnedFromEachToTheNext) {
  const History history = SampleHistory();
  ASSERT_EQ(history.subjects.size(), 1U);
  const auto& steps = history.subjects[0].steps;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(Turns(steps[0]), "");
  EXPECT_EQ(Turns(steps[1]),
            "worse oci-runtime/a/x@1.2.0: pass, fail\n"
            "other oci-runtime/c/z@1.2.0: not there, pass\n");
  EXPECT_EQ(Turns(steps[2]),
            "worse oci-runtime/b/y@1.2.0: pass, fail\n"
            "better oci-runtime/a/x@1.2.0: fail, pass\n"
            "other oci-runtime/c/z@1.2.0: pass, environment\n");
  ASSERT_EQ(steps[1].requirements.size(), 1U);
  EXPECT_EQ(steps[1].requirements[0].id, kRootReadonly);
  EXPECT_EQ(steps[1].requirements[0].turn, Direction::kWorse);
  EXPECT_EQ(steps[2].requirements[0].turn, Direction::kBetter);
  EXPECT_EQ(LastTurnText(history.subjects[0]), "1 check got worse, 1 better");
}

TEST(History, WhatCannotBeJudgedAnyMoreIsNoBetter) {
  const History history = HistoryOf({ReportAt("01", {Checked("x/a/b", Verdict::kFail)}),
                                     ReportAt("02", {Checked("x/a/b", Verdict::kEnvironment)}),
                                     ReportAt("03", {Checked("x/a/b", Verdict::kTimeout)})})
                              .value();
  EXPECT_EQ(history.subjects[0].steps[1].results[0].turn, Direction::kOther);
  EXPECT_EQ(history.subjects[0].steps[2].results[0].turn, Direction::kWorse);
}

TEST(History, ACheckThatIsNewTellsOfTheRunAlone) {
  const History history =
      HistoryOf(
          {ReportAt("01", {}), ReportAt("02", {Checked("x/a/b", Verdict::kFail, kRootReadonly)})})
          .value();
  const HistoryStep& step = history.subjects[0].steps[1];
  EXPECT_EQ(step.results.at(0).turn, Direction::kOther);
  EXPECT_EQ(step.requirements.at(0).after, Kept::kFailed);
  EXPECT_EQ(step.requirements.at(0).turn, Direction::kOther);
}

TEST(History, WhatComesAndGoesIsNotCounted) {
  CheckResult shaky = Checked("x/a/b", Verdict::kFail);
  shaky.expected = Verdict::kFail;
  shaky.sometimes = true;
  CheckResult fine = shaky;
  fine.verdict = Verdict::kPass;
  const History history = HistoryOf({ReportAt("01", {fine}), ReportAt("02", {shaky})}).value();
  EXPECT_TRUE(history.subjects[0].steps[1].results[0].known);
  EXPECT_EQ(LastTurnText(history.subjects[0]), "nothing got worse or better");
}

TEST(History, AFindingThatMovesIsTheSame) {
  const auto at = [](const char* day, std::vector<int> lines) {
    Report report = SampleValidation();
    report.started = std::string("2026-01-") + day + "T00:00:00Z";
    const CheckResult error = report.results[0];
    report.results.clear();
    for (const int line : lines) {
      report.results.push_back(error);
      report.results.back().location->line = line;
    }
    return report;
  };
  const History history =
      HistoryOf({at("01", {7}), at("02", {9}), at("03", {}), at("04", {3})}).value();
  const auto& steps = history.subjects[0].steps;
  EXPECT_TRUE(steps[1].results.empty());
  EXPECT_EQ(steps[2].results.at(0).turn, Direction::kBetter) << "it was mended";
  EXPECT_EQ(steps[3].results.at(0).turn, Direction::kWorse);
}

TEST(History, SaysWhatElseIsNotAsBefore) {
  Report later = ReportAt("02", {});
  later.subjects[0].version = "2.0";
  later.tool.commit = "def";
  later.host = std::make_shared<const json>(json{{"kernel", "6.12"}, {"cgroup", "hybrid"}});
  const History history = HistoryOf({ReportAt("01", {}), later}).value();
  EXPECT_THAT(
      history.subjects[0].steps[1].differs,
      ElementsAre("version 1.0 -> 2.0", "loadline 0.1.0 abc -> 0.1.0 def", "kernel 6.1 -> 6.12"));
}

std::string Refusal(std::vector<Report> reports) {
  const auto history = HistoryOf(std::move(reports));
  if (history.has_value()) return "none";
  EXPECT_EQ(history.error().kind, ErrorKind::kUsage);
  return history.error().ToLine();
}

TEST(History, RefusesWhatCannotBeCompared) {
  const Report first = ReportAt("01", {});
  const auto with = [&](auto&& change) {
    Report other = ReportAt("02", {});
    change(other);
    return Refusal({first, other});
  };
  EXPECT_THAT(Refusal({first}), HasSubstr("it takes two"));
  EXPECT_THAT(Refusal({first, first}), HasSubstr("two of candidate started at 2026-01-01"));
  EXPECT_THAT(with([](Report& other) { other.spec = "1.0.2"; }),
              HasSubstr("their versions of the standard are \"1.2.0\" and \"1.0.2\""));
  EXPECT_THAT(with([](Report& other) { other.kind = Kind::kValidation; }),
              HasSubstr("their kinds"));
  EXPECT_THAT(with([](Report& other) {
                other.host = std::make_shared<const json>(json{{"cgroup", "v2"}});
              }),
              HasSubstr("their layouts of control groups are \"hybrid\" and \"v2\""));
  EXPECT_THAT(with([](Report& other) { other.subjects[0].name = "another"; }),
              HasSubstr("no two are of the same subject"));
  EXPECT_THAT(with([](Report& other) { other.started = "yesterday"; }),
              HasSubstr("\"yesterday\", which is no time"));
  EXPECT_THAT(with([](Report& other) { other.started = ""; }), HasSubstr("which is no time"));
}

TEST(History, TheTextNamesWhatGotWorse) {
  const std::string text = HistoryText(SampleHistory(), false);
  EXPECT_THAT(text, testing::StartsWith("candidate: 3 reports\n"));
  EXPECT_THAT(text, HasSubstr("\n2026-01-02T00:00:00Z\n"
                              "  worse   oci-runtime/a/x@1.2.0  pass -> fail\n"
                              "          it <b>went</b> wrong\n"
                              "  worse   requirement oci-runtime/config/root/readonly  passed -> "
                              "failed\n"));
  EXPECT_THAT(text, Not(HasSubstr("not there")));
  EXPECT_THAT(HistoryText(SampleHistory(), true), HasSubstr("not there -> pass"));
  EXPECT_THAT(text, testing::EndsWith("candidate: 1 check got worse, 1 better\n"));
}

TEST(History, TheJsonFollowsItsSchema) {
  History history = SampleHistory();
  history.tool = {"loadline", "0.1.0", "abc"};
  history.made = "2026-02-01T00:00:00Z";
  json document = json::parse(HistoryJson(history, false));
  const auto errors = schema::CheckSchema("loadline/history.json", document);
  ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
  EXPECT_TRUE(errors->empty()) << errors->front().pointer << ": " << errors->front().message;
  EXPECT_EQ(document["subjects"][0]["reports"][2]["results"][1]["turn"], "better");
  document["subjects"][0]["reports"][2]["results"][1]["turn"] = "odd";
  EXPECT_FALSE(schema::CheckSchema("loadline/history.json", document)->empty());
}

TEST(History, ThePageShowsLinesAndTurns) {
  const std::string page = HistoryHtml(SampleHistory(), false);
  EXPECT_THAT(page, HasSubstr("Something got worse with the last report."));
  EXPECT_THAT(page, HasSubstr("<svg class=\"line\" role=\"img\""));
  EXPECT_THAT(page, HasSubstr("passed: 2 at first, 1 now"));
  EXPECT_THAT(page, HasSubstr("it &lt;b&gt;went&lt;/b&gt; wrong"));
  EXPECT_THAT(page, HasSubstr("<td class=\"pass\">passed</td><td class=\"fail\">failed</td>"
                              "<td class=\"pass\">passed</td>"));
}

}  // namespace
}  // namespace loadline::reports
