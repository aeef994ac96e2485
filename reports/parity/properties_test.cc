// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/properties.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/parity/comparison.h"
#include "reports/sample_report.h"

namespace loadline::reports {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CheckResult CheckOf(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id + "@1.2.0";
  result.title = "title of " + id;
  result.verdict = verdict;
  result.expected = verdict;
  result.subject = "candidate";
  return result;
}

CheckResult FigureOf(const std::string& name, double ratio, const char* parity) {
  const Verdict verdict = std::string(parity) == "worse"          ? Verdict::kWarn
                          : std::string(parity) == "inconclusive" ? Verdict::kInconclusive
                                                                  : Verdict::kPass;
  CheckResult result = CheckOf("loadline/efficiency/" + name, verdict);
  result.evidence = std::make_shared<json>(json{{"measured",
                                                 {{"ratio", ratio},
                                                  {"low", ratio / 2},
                                                  {"high", ratio * 2},
                                                  {"margin", 0.05},
                                                  {"parity", parity}}}});
  return result;
}

Comparison ComparisonOf(std::vector<std::vector<CheckResult>> candidates) {
  std::vector<Report> reports;
  for (std::vector<CheckResult>& results : candidates) {
    Report report = SampleCertification();
    report.subjects[0].name = "c" + std::to_string(reports.size());
    report.results = std::move(results);
    reports.push_back(std::move(report));
  }
  return Compare(std::move(reports)).value();
}

const PropertyRow& RowOf(const Comparison& comparison, std::string_view name) {
  for (const PropertyRow& row : comparison.properties) {
    if (row.property->name == name) return row;
  }
  throw std::out_of_range(std::string(name));
}

TEST(Properties, AFailureStandsAgainstTheOneThatItIsAbout) {
  const Comparison comparison =
      ComparisonOf({{CheckOf("loadline/isolation/a", Verdict::kFail),
                     CheckOf("loadline/control/b", Verdict::kPass),
                     CheckOf("loadline/equivalence/c", Verdict::kPass),
                     // Of the standard, and so about none, whatever its area is called.
                     CheckOf("oci-runtime/equivalence/d", Verdict::kFail)}});
  const PropertyCell& control = RowOf(comparison, "resource control").cells[0];
  EXPECT_EQ(control.standing, Standing::kFails);
  EXPECT_EQ(ToText(control), "fails (1 of 2)");
  ASSERT_EQ(control.against.size(), 1U);
  EXPECT_EQ(comparison.rows[control.against[0]].id, "loadline/isolation/a");
  EXPECT_EQ(ToText(RowOf(comparison, "equivalence").cells[0]), "holds (1 of 1)");
  EXPECT_EQ(ToText(RowOf(comparison, "recursion").cells[0]), "not asked");
}

TEST(Properties, WhatNoiseHidesIsOpen) {
  const Comparison comparison =
      ComparisonOf({{FigureOf("a", 1.0, "equivalent"), FigureOf("b", 1.0, "inconclusive")},
                    {CheckOf("loadline/equivalence/a", Verdict::kEnvironment)},
                    {FigureOf("a", 1.0, "inconclusive"), FigureOf("b", 3.0, "worse")}});
  EXPECT_EQ(RowOf(comparison, "efficiency").cells[0].standing, Standing::kOpen);
  EXPECT_THAT(ToText(RowOf(comparison, "efficiency").cells[0]),
              HasSubstr("open (1 of 1, 1 unsure"));
  EXPECT_EQ(ToText(RowOf(comparison, "equivalence").cells[1]), "open (none judged)");
  // A failure that was seen is one, however noisy the rest was.
  EXPECT_EQ(RowOf(comparison, "efficiency").cells[2].standing, Standing::kFails);
}

TEST(Properties, AFailedShouldIsHeldAgainstThemOnlyWhereItIsAFigure) {
  const Comparison comparison =
      ComparisonOf({{CheckOf("loadline/isolation/a", Verdict::kWarn), FigureOf("a", 3.0, "worse"),
                     FigureOf("b", 0.5, "better")}});
  const PropertyCell& control = RowOf(comparison, "resource control").cells[0];
  EXPECT_EQ(control.standing, Standing::kHolds);
  EXPECT_EQ(control.warned, 1);
  EXPECT_EQ(ToText(control), "holds (0 of 1)");
  EXPECT_EQ(RowOf(comparison, "efficiency").cells[0].failed, 1);
}

TEST(Properties, TheMeanOfRatiosIsGeometric) {
  const Comparison comparison =
      ComparisonOf({{FigureOf("a", 8.0, "worse"), FigureOf("b", 0.5, "better")}});
  const auto& overall = RowOf(comparison, "efficiency").cells[0].overall;
  ASSERT_TRUE(overall.has_value());
  EXPECT_NEAR(overall->ratio, 2.0, 1e-9);
  EXPECT_NEAR(overall->low, 1.0, 1e-9);
  EXPECT_NEAR(overall->high, 4.0, 1e-9);
  EXPECT_FALSE(overall->margin.has_value()) << "the mean makes no claim of its own";
}

TEST(Properties, FiguresWithoutMarginAreNoClaimAndInNoMean) {
  CheckResult start = FigureOf("start", 9.0, "equivalent");
  json evidence = *start.evidence;
  evidence["measured"].erase("margin");
  evidence["measured"].erase("parity");
  start.evidence = std::make_shared<json>(evidence);
  const Comparison comparison = ComparisonOf({{start}});
  EXPECT_FALSE(RowOf(comparison, "efficiency").cells[0].overall.has_value());
  EXPECT_EQ(ToText(RowOf(comparison, "efficiency").cells[0]), "holds (1 of 1)");
}

TEST(Properties, MemoryIsInNoMeanOfTimes) {
  const Comparison comparison = ComparisonOf(
      {{FigureOf("compile", 1.0, "equivalent"), FigureOf("density-memory/50", 9.0, "worse")}});
  const PropertyCell& efficiency = RowOf(comparison, "efficiency").cells[0];
  EXPECT_EQ(efficiency.failed, 1);
  EXPECT_NEAR(efficiency.overall->ratio, 1.0, 1e-9);
  EXPECT_EQ(efficiency.overall->parity, "equivalent");
}

TEST(Properties, ThoseThatDifferComeFirst) {
  const auto order = [](const Comparison& comparison) {
    std::vector<std::string> names;
    for (const PropertyRow& row : comparison.properties) names.emplace_back(row.property->name);
    return names;
  };
  EXPECT_THAT(order(ComparisonOf({{CheckOf("loadline/recursion/a", Verdict::kPass)},
                                  {CheckOf("loadline/recursion/a", Verdict::kFail)}})),
              ElementsAre("recursion", "equivalence", "resource control", "efficiency"));
  // Who was not asked, or left it open, does not differ.
  EXPECT_THAT(order(ComparisonOf({{CheckOf("loadline/timing/a", Verdict::kPass)},
                                  {CheckOf("loadline/timing/a", Verdict::kEnvironment)},
                                  {}})),
              ElementsAre("equivalence", "resource control", "efficiency", "recursion"));
}

TEST(Properties, ThePageLeadsToWhatStandsAgainstThem) {
  const Comparison comparison = ComparisonOf(
      {{CheckOf("loadline/equivalence/<a>", Verdict::kFail), FigureOf("a", 3.0, "worse")}});
  const std::string page = ComparisonHtml(comparison, false);
  EXPECT_THAT(page, HasSubstr("<svg class=\"share\" role=\"img\""));
  EXPECT_THAT(page, HasSubstr("efficiency, all workloads together"));
  EXPECT_THAT(page, HasSubstr("c0, equivalence</dt>"));
  EXPECT_THAT(page, HasSubstr("loadline/equivalence/&lt;a&gt;"));
  EXPECT_LT(page.find("The four properties"), page.find(">Differences<"));
  EXPECT_LT(page.find(">Differences<"), page.find(">Efficiency<"));
}

TEST(Properties, AReportOfCasesAloneShowsNone) {
  const Comparison comparison = ComparisonOf({{CheckOf("oci-runtime/mounts/a", Verdict::kPass)}});
  EXPECT_THAT(ComparisonHtml(comparison, false), Not(HasSubstr("The four properties")));
  EXPECT_THAT(ComparisonText(comparison, {}), Not(HasSubstr("The four properties")));
}

}  // namespace
}  // namespace loadline::reports
