// SPDX-License-Identifier: Apache-2.0
#include "reports/gate/gate.h"

#include <nlohmann/json.hpp>

namespace loadline::reports::gate_test {
namespace {

using nlohmann::json;

constexpr Verdict kAbsent = static_cast<Verdict>(-1);

CheckResult ResultOf(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id;
  result.verdict = verdict;
  result.subject = "runtime";
  if (verdict == Verdict::kWarn) result.level = schema::Level::kShould;
  return result;
}

Report Certification(std::vector<CheckResult> results) {
  Report report;
  report.spec = "1.2.0";
  report.host = std::make_shared<json>(json{{"kernel", "6.1"}, {"processors", 2}});
  report.subjects.push_back({"runtime", "runtime", "", "1.0", {"/bin/runtime"}, Verdict::kPass});
  report.results = std::move(results);
  return report;
}

CheckResult Finding(const std::string& rule, int line, const std::string& pointer,
                    const std::string& message) {
  CheckResult finding = ResultOf(rule, Verdict::kFail);
  finding.subject = "bundle";
  finding.location = Location{"bundle/config.json", line, 1, pointer};
  finding.message = pointer.empty() ? message : pointer + ": " + message;
  return finding;
}

Report Validation(std::vector<CheckResult> findings) {
  Report report;
  report.kind = Kind::kValidation;
  report.subjects.push_back({"bundle", "bundle", "", "", {}, Verdict::kPass});
  report.results = std::move(findings);
  return report;
}

// "worse stops", "better", … of each change; "same" when there is none.
std::string Turns(const Report& before, const Report& after, const GateRules& rules = {}) {
  std::string text;
  for (const GateChange& change : Judge(before, after, rules).changes)
    text += (text.empty() ? "" : ", ") + std::string(ToText(change.turn)) +
            (change.stops ? " stops" : "");
  return text.empty() ? "same" : text;
}

std::string TurnOf(Verdict before, Verdict after, const GateRules& rules = {}) {
  const auto report = [](Verdict verdict) {
    return verdict == kAbsent ? Certification({}) : Certification({ResultOf("a", verdict)});
  };
  return Turns(report(before), report(after), rules);
}

TEST(Gate, StopsVerdictsThatFell) {
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kFail), "worse stops");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kTimeout), "worse stops");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kWarn), "worse stops");
  EXPECT_EQ(TurnOf(Verdict::kWarn, Verdict::kFail), "worse stops");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kError), "worse stops");
  EXPECT_EQ(TurnOf(Verdict::kEnvironment, Verdict::kFail), "worse stops");
  EXPECT_EQ(TurnOf(kAbsent, Verdict::kFail), "worse stops");
}

TEST(Gate, LetsThroughWhatIsAsItWasOrBetter) {
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kPass), "same");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kFail), "same");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kTimeout), "same");
  EXPECT_EQ(TurnOf(Verdict::kError, Verdict::kError), "same");
  EXPECT_EQ(TurnOf(Verdict::kEnvironment, Verdict::kUnsupported), "same");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kPass), "better");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kWarn), "better");
  EXPECT_EQ(TurnOf(Verdict::kError, Verdict::kPass), "better");
  EXPECT_EQ(TurnOf(Verdict::kInconclusive, Verdict::kPass), "better");
  EXPECT_EQ(TurnOf(kAbsent, Verdict::kPass), "new");
  EXPECT_EQ(TurnOf(kAbsent, Verdict::kEnvironment), "same");
}

TEST(Gate, StopsWhatPassedAndIsNoLongerJudged) {
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kUnsupported), "lost stops");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kEnvironment), "lost stops");
  EXPECT_EQ(TurnOf(Verdict::kWarn, kAbsent), "lost stops");
  EXPECT_EQ(TurnOf(Verdict::kPass, kAbsent), "lost stops");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kUnsupported), "lost") << "nothing good was lost";
  EXPECT_EQ(TurnOf(Verdict::kEnvironment, kAbsent), "same");
  GateRules rules;
  rules.lost_stops = false;
  EXPECT_EQ(TurnOf(Verdict::kPass, kAbsent, rules), "lost");
}

TEST(Gate, NoiseStopsOnlyWhenItIsAskedTo) {
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kInconclusive), "noise");
  GateRules rules;
  rules.noise_stops = true;
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kInconclusive, rules), "noise stops");
  EXPECT_EQ(TurnOf(Verdict::kFail, Verdict::kInconclusive, rules), "noise");
}

TEST(Gate, TheLevelSaysWhatCounts) {
  GateRules rules;
  rules.least = schema::Level::kMust;
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kWarn, rules), "worse");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kFail, rules), "worse stops");
  rules.least = std::nullopt;
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kFail, rules), "worse");
  EXPECT_EQ(TurnOf(Verdict::kPass, kAbsent, rules), "lost");
  EXPECT_EQ(TurnOf(Verdict::kPass, Verdict::kError, rules), "worse stops") << "a defect of ours";
  Report note = Validation({Finding("r", 1, "/a", "m")});
  note.results[0].verdict = Verdict::kWarn;
  note.results[0].level = schema::Level::kMay;
  EXPECT_EQ(Turns(Validation({}), note), "worse");
  rules.least_of["bundle"] = schema::Level::kMay;
  EXPECT_EQ(Turns(Validation({}), note, rules), "worse stops");
}

TEST(Gate, WhatAnExpectationExplainsIsTold) {
  CheckResult known = ResultOf("a", Verdict::kFail);
  known.expected = Verdict::kFail;
  known.reason = "the release lacks it";
  EXPECT_EQ(Turns(Certification({ResultOf("a", Verdict::kPass)}), Certification({known})), "known");
  known.verdict = Verdict::kTimeout;
  EXPECT_EQ(Turns(Certification({ResultOf("a", Verdict::kPass)}), Certification({known})),
            "worse stops")
      << "the expectation speaks of a failure";
}

TEST(Gate, WhatComesAndGoesIsTold) {
  CheckResult pass = ResultOf("a", Verdict::kPass);
  CheckResult fail = ResultOf("a", Verdict::kFail);
  fail.sometimes = true;
  fail.expected = Verdict::kFail;
  EXPECT_EQ(Turns(Certification({pass}), Certification({fail})), "known");
  EXPECT_EQ(Turns(Certification({fail}), Certification({pass})), "better");
  fail.expected = Verdict::kWarn;
  EXPECT_EQ(Turns(Certification({pass}), Certification({fail})), "worse stops");
  pass.sometimes = true;
  fail = ResultOf("a", Verdict::kFail);
  EXPECT_EQ(Turns(Certification({pass}), Certification({fail})), "known")
      << "the baseline knows that it comes and goes";
}

TEST(Gate, StaleExpectationsAreNotes) {
  Report after = Certification({ResultOf("expectations/gone", Verdict::kFail)});
  EXPECT_EQ(Turns(Certification({}), after), "same");
  EXPECT_EQ(Judge(Certification({}), after, {}).notes.size(), 1U);
}

// A figure: its ratio with an interval of 1 % around it.
CheckResult Measured(double ratio, Verdict verdict, double noise = 1.02) {
  CheckResult result = ResultOf("loadline/efficiency/x", verdict);
  result.level = schema::Level::kShould;
  const json measured{{"ratio", ratio},
                      {"low", ratio * 0.99},
                      {"high", ratio * 1.01},
                      {"margin", 0.25},
                      {"nativeAgainstNative", {{"low", 1 / noise}, {"high", noise}}}};
  result.evidence = std::make_shared<json>(json{{"measured", measured}, {"commands", {"create"}}});
  return result;
}

std::string FigureTurn(const CheckResult& before, const CheckResult& after) {
  return Turns(Certification({before}), Certification({after}));
}

TEST(GateOfFigures, StopsWhatRoseBeyondMarginAndNoise) {
  EXPECT_EQ(FigureTurn(Measured(3, Verdict::kWarn), Measured(6, Verdict::kWarn)), "worse stops");
  EXPECT_EQ(FigureTurn(Measured(1, Verdict::kPass), Measured(1.5, Verdict::kWarn)), "worse stops");
  EXPECT_EQ(FigureTurn(Measured(6, Verdict::kWarn), Measured(3, Verdict::kWarn)), "better");
}

TEST(GateOfFigures, LetsNoiseThrough) {
  EXPECT_EQ(FigureTurn(Measured(3, Verdict::kWarn), Measured(3.6, Verdict::kWarn)), "same")
      << "within the margin";
  EXPECT_EQ(FigureTurn(Measured(3, Verdict::kWarn), Measured(6, Verdict::kWarn, 2)), "same")
      << "native differs from native by as much";
  EXPECT_EQ(FigureTurn(Measured(1.26, Verdict::kInconclusive), Measured(1.27, Verdict::kWarn)),
            "noise")
      << "the intervals overlap";
}

TEST(GateOfFigures, AnotherMachineProvesNothingButTheVerdict) {
  const Report before = Certification({Measured(3, Verdict::kWarn)});
  Report after = Certification({Measured(6, Verdict::kWarn)});
  after.host = std::make_shared<json>(json{{"kernel", "6.2"}, {"processors", 2}});
  EXPECT_EQ(Turns(before, after), "noise");
  after.results = {Measured(6, Verdict::kFail)};
  EXPECT_EQ(Turns(before, after), "worse stops");
}

TEST(GateOfFindings, MovedLinesAreNoNewFindings) {
  EXPECT_EQ(
      Turns(Validation({Finding("r", 7, "/a", "m")}), Validation({Finding("r", 99, "/a", "m")})),
      "same");
  EXPECT_EQ(Turns(Validation({Finding("r", 7, "", "a second time, first on line 3")}),
                  Validation({Finding("r", 9, "", "a second time, first on line 5")})),
            "same");
}

TEST(GateOfFindings, NeitherAreElementsThatMoved) {
  const Report before = Validation(
      {Finding("r", 7, "/mounts/0", "/a is odd"), Finding("r", 8, "/mounts/1", "/b is odd")});
  const Report after = Validation(
      {Finding("r", 8, "/mounts/1", "/a is odd"), Finding("r", 9, "/mounts/2", "/b is odd")});
  EXPECT_EQ(Turns(before, after), "same");
}

TEST(GateOfFindings, StopsNewOnesAndTellsOfMendedOnes) {
  const Report one = Validation({Finding("r", 7, "/a", "m")});
  EXPECT_EQ(Turns(Validation({}), one), "worse stops");
  EXPECT_EQ(Turns(one, Validation({})), "better");
  EXPECT_EQ(Turns(one, Validation({Finding("r", 7, "/a", "m"), Finding("r", 8, "/a", "m")})),
            "worse stops")
      << "twice is once more than before";
  EXPECT_EQ(Turns(one, Validation({Finding("r", 7, "/b", "m")})), "worse stops, better");
  EXPECT_EQ(Turns(one, Validation({Finding("other", 7, "/a", "m")})), "worse stops, better");
}

TEST(GateOfFindings, PathsThatAreNoLongerJudgedAreLost) {
  Report before = Validation({Finding("r", 7, "/a", "m")});
  before.subjects.push_back({"second", "bundle", "", "", {}, Verdict::kPass});
  EXPECT_EQ(Turns(before, Validation({Finding("r", 7, "/a", "m")})), "lost stops");
  Report after = before;
  after.subjects[0].name = "./bundle/";
  after.results[0].location->file = "./bundle/config.json";
  EXPECT_EQ(Turns(before, after), "same") << "paths are the same however they are written";
}

std::string Refusal(const Report& baseline, const Report& now) {
  const auto comparable = CheckComparable(baseline, now);
  if (comparable.has_value()) return "";
  EXPECT_EQ(comparable.error().kind, ErrorKind::kUsage);
  return comparable.error().what;
}

TEST(Comparable, OtherThingsAreRefusedWithTheReason) {
  const Report runtime = Certification({});
  EXPECT_EQ(Refusal(runtime, runtime), "");
  EXPECT_NE(Refusal(runtime, Validation({})).find("it is a certification, this is a validation"),
            std::string::npos);
  Report other = runtime;
  other.spec = "1.0.2";
  EXPECT_NE(Refusal(runtime, other).find("version 1.2.0"), std::string::npos);
  other = runtime;
  other.subjects[0].name = "crun";
  EXPECT_NE(Refusal(runtime, other).find("\"crun\""), std::string::npos);
  other = runtime;
  other.host = std::make_shared<json>(json{{"rootless", true}});
  EXPECT_NE(Refusal(runtime, other).find("--rootless"), std::string::npos);
  other.host = std::make_shared<json>(json{{"bundle", {{"path", "mine"}}}});
  EXPECT_NE(Refusal(runtime, other).find("--bundle"), std::string::npos);
  other.host = std::make_shared<json>("spoilt");
  EXPECT_EQ(Refusal(runtime, other), "");
  Report path = Validation({});
  path.subjects[0].name = "elsewhere";
  EXPECT_NE(Refusal(Validation({}), path).find("no path in common"), std::string::npos);
  path.subjects[0].name = "bundle";
  path.subjects[0].type = "image";
  EXPECT_NE(Refusal(Validation({}), path).find("judged as bundle and is image"), std::string::npos);
}

TEST(Baseline, KeepsWhatAGateLooksAtAndNothingElse) {
  Report report = Certification({Measured(2, Verdict::kPass), ResultOf("b", Verdict::kFail)});
  report.results[1].observation = std::make_shared<json>(json{{"probe", {}}});
  report.results[1].evidence = std::make_shared<json>(json{{"commands", {"create"}}});
  report.results[1].duration_ms = 7;
  const Report baseline = AsBaseline(report);
  EXPECT_EQ(Turns(report, baseline), "same");
  EXPECT_EQ(baseline.results[1].observation, nullptr);
  EXPECT_EQ(baseline.results[1].evidence, nullptr);
  EXPECT_FALSE(baseline.results[1].duration_ms.has_value());
  EXPECT_EQ(
      Turns(baseline, Certification({Measured(4, Verdict::kPass), ResultOf("b", Verdict::kFail)})),
      "worse stops")
      << "figures stay";
}

TEST(Figures, SpoiltOnesAreNone) {
  CheckResult result = Measured(2, Verdict::kPass);
  result.evidence =
      std::make_shared<json>(json{{"measured", {{"ratio", "2"}, {"low", {}}, {"high", nullptr}}}});
  EXPECT_EQ(FigureTurn(Measured(1, Verdict::kPass), result), "same");
}

}  // namespace
}  // namespace loadline::reports::gate_test
