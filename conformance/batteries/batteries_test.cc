// SPDX-License-Identifier: Apache-2.0
// What holds for all batteries: their checks are named once and cite requirements of our ledger.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "conformance/batteries/battery.h"
#include "conformance/batteries/findings.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::Verdict;

TEST(Batteries, NameTheirChecksOnceAndCiteOurLedger) {
  const auto batteries = LoadBatteries();
  ASSERT_TRUE(batteries.has_value()) << batteries.error().ToLine();
  std::set<std::string> ids;
  std::set<std::string> cited;
  for (const Battery& battery : *batteries) {
    EXPECT_FALSE(battery.summary.empty());
    for (const BatteryRun& run : battery.runs) {
      EXPECT_TRUE(run.work) << battery.name << "/" << run.name;
      for (const Check& check : run.checks) {
        EXPECT_TRUE(ids.insert(check.id).second) << check.id << " stands twice";
        EXPECT_TRUE(check.id.starts_with("loadline/" + battery.name + "/")) << check.id;
        EXPECT_FALSE(check.title.empty()) << check.id;
        cited.insert(check.requirements.begin(), check.requirements.end());
      }
    }
  }
  for (const auto& requirement : schema::FindLedger("loadline")->requirements) {
    if (requirement.id.starts_with("loadline/runtime/")) continue;  // of cases
    if (!requirement.reason.empty()) continue;                      // which says why nothing can
    EXPECT_EQ(cited.count(requirement.id), 1u) << "nothing judges " << requirement.id;
  }
}

TEST(Batteries, HoldEnoughOfEachFamily) {
  std::map<std::string, size_t> checks;
  for (const Battery& battery : AllBatteries()) {
    for (const BatteryRun& run : battery.runs) checks[battery.name] += run.checks.size();
  }
  EXPECT_GE(checks["equivalence"], 850u);
  EXPECT_GE(checks["isolation"], 350u);
  EXPECT_GE(checks["control"], 80u);
  EXPECT_GE(checks["efficiency"], 45u);
  EXPECT_GE(checks["faults"], 34u);
  EXPECT_GE(checks["recursion"], 10u);
  EXPECT_GE(checks["timing"], 9u);
  EXPECT_GE(checks["machine"], 17u);
}

TEST(Findings, TheFirstVerdictThatIsNoPassStays) {
  Findings findings;
  findings.Pass("a", {{"figure", 1}});
  findings.Judge("a", false, "wrong", {{"figure", 2}});
  findings.Judge("a", true, "", {{"figure", 3}});
  findings.Say("a", Verdict::kInconclusive, "who knows");
  const json answer = {{"checks", findings.ToJson()}, {"commands", {"create"}}};
  const Check check{.id = "a"};
  EXPECT_EQ(JudgeCheck(check, answer).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeCheck(check, answer).message, "wrong");
  EXPECT_EQ(EvidenceOf(check, answer),
            json({{"measured", {{"figure", 2}}}, {"commands", {"create"}}}));
}

TEST(Findings, WhatWasMeasuredIsInTheEvidenceOfEveryVerdict) {
  const Measurement measured{{{"used", 3}}, {{"most", 2}}, {{"native", 1}}};
  const json all =
      json::parse(R"({"figure": {"used": 3}, "tolerance": {"most": 2}, "control": {"native": 1}})");
  Findings findings;
  findings.JudgeMeasured("pass", true, "too much", measured);
  findings.JudgeMeasured("fail", false, "too much", measured);
  findings.JudgeMeasured("inconclusive", false, "too much", measured, "noise");
  for (const char* verdict : {"pass", "fail", "inconclusive"}) {
    EXPECT_EQ(findings.ToJson()[verdict]["verdict"], verdict);
    EXPECT_EQ(findings.ToJson()[verdict]["evidence"], all);
  }
  EXPECT_EQ(findings.ToJson()["pass"]["message"], "");
  EXPECT_EQ(findings.ToJson()["fail"]["message"], "too much");
  EXPECT_EQ(findings.ToJson()["inconclusive"]["message"], "noise: too much");
}

TEST(Findings, WhatNothingWasSaidAboutHasTheVerdictOfTheProblem) {
  const Check check{.id = "a"};
  const json problem = {{"checks", json::object()},
                        {"problem", {{"verdict", "timeout"}, {"message", "create hangs"}}}};
  EXPECT_EQ(JudgeCheck(check, problem).verdict, Verdict::kTimeout);
  EXPECT_EQ(JudgeCheck(check, {{"checks", json::object()}}).verdict, Verdict::kError)
      << "a battery that forgets a check is broken";
}

TEST(Findings, TheWayToAPassIsNotKept) {
  Findings findings;
  findings.Pass("a");
  const json answer = {{"checks", findings.ToJson()}, {"commands", {"create"}}};
  EXPECT_EQ(EvidenceOf(Check{.id = "a"}, answer), json::object());
}

TEST(Behaviours, AreNamedOnce) {
  std::set<std::string> names;
  for (const probe::BehaviourArea& area : probe::AllBehaviours()) {
    for (const probe::Behaviour& behaviour : area.behaviours)
      EXPECT_TRUE(names.insert(area.name + "/" + behaviour.name).second) << behaviour.name;
  }
  EXPECT_GE(names.size(), 700u);
}

// The native twin has to say the same every time, or nothing could be compared with it.
TEST(Behaviours, AreTheSameTwice) {
  for (const probe::BehaviourArea& area : probe::AllBehaviours()) {
    for (const probe::Behaviour& behaviour : area.behaviours) {
      const std::string first = probe::Observe(behaviour);
      EXPECT_FALSE(first.empty()) << area.name << "/" << behaviour.name;
      EXPECT_EQ(first, probe::Observe(behaviour)) << area.name << "/" << behaviour.name;
    }
  }
}

}  // namespace
}  // namespace loadline::conformance
