// SPDX-License-Identifier: Apache-2.0
#include "reports/defences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::reports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CheckResult WithVerdict(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id;
  result.verdict = verdict;
  return result;
}

Defence DefenceOf(const std::string& fault, std::vector<CheckResult> results) {
  Report report;
  report.results = std::move(results);
  for (const Defence& defence : JudgeDefences(report)) {
    if (defence.fault->id == fault) return defence;
  }
  return {};
}

constexpr char kProgram[] = "loadline/isolation/own-program/unchanged@1.2.0";
constexpr char kProgramOfExec[] = "loadline/isolation/own-program/exec@1.2.0";
constexpr char kFault[] = "CVE-2019-5736";

TEST(Defences, NothingIsSaidOfWhatWasNotRun) {
  EXPECT_EQ(DefenceOf(kFault, {WithVerdict("oci-runtime/hooks/runs@1.2.0", Verdict::kPass)}).fault,
            nullptr);
  // Nor of what was run in part.
  EXPECT_EQ(DefenceOf(kFault, {WithVerdict(kProgram, Verdict::kPass)}).fault, nullptr);
}

TEST(Defences, EveryCheckOfAFaultHasToPass) {
  const Defence defends = DefenceOf(kFault, {WithVerdict(kProgram, Verdict::kPass),
                                             WithVerdict(kProgramOfExec, Verdict::kUnsupported)});
  EXPECT_EQ(defends.stand, Stand::kDefends);
  EXPECT_THAT(defends.results, IsEmpty());

  const Defence open = DefenceOf(
      kFault, {WithVerdict(kProgram, Verdict::kPass), WithVerdict(kProgramOfExec, Verdict::kFail)});
  EXPECT_EQ(open.stand, Stand::kDoesNotDefend);
  EXPECT_THAT(open.results, ElementsAre(kProgramOfExec));
}

TEST(Defences, WhatCouldNotBeJudgedShowsNothing) {
  for (const Verdict verdict : {Verdict::kEnvironment, Verdict::kInconclusive, Verdict::kError}) {
    const Defence unknown = DefenceOf(
        kFault, {WithVerdict(kProgram, Verdict::kPass), WithVerdict(kProgramOfExec, verdict)});
    EXPECT_EQ(unknown.stand, Stand::kCannotBeShown);
    EXPECT_THAT(unknown.results, ElementsAre(kProgramOfExec));
  }
  EXPECT_EQ(DefenceOf(kFault, {WithVerdict(kProgram, Verdict::kUnsupported),
                               WithVerdict(kProgramOfExec, Verdict::kUnsupported)})
                .stand,
            Stand::kCannotBeShown);
}

TEST(Defences, WhoDoesNotDoItAtAllCannotBeDeceivedDoingIt) {
  std::vector<CheckResult> results;
  for (const char* null :
       {"false-null-device", "null-in-a-link", "null-is-a-fifo", "null-is-a-file"})
    results.push_back(
        WithVerdict(std::string("loadline/isolation/masks/") + null + "@1.2.0", Verdict::kFail));
  results.push_back(WithVerdict("loadline/isolation/masks/file@1.2.0", Verdict::kFail));
  const Defence unmasked = DefenceOf("CVE-2025-31133", results);
  EXPECT_EQ(unmasked.stand, Stand::kCannotBeShown);
  EXPECT_THAT(unmasked.results, ElementsAre("loadline/isolation/masks/file@1.2.0"));
  results.back().verdict = Verdict::kPass;
  EXPECT_EQ(DefenceOf("CVE-2025-31133", results).stand, Stand::kDoesNotDefend);
}

TEST(Defences, AreCounted) {
  Report report;
  report.results = {WithVerdict(kProgram, Verdict::kPass),
                    WithVerdict(kProgramOfExec, Verdict::kPass)};
  EXPECT_EQ(CountDefences(JudgeDefences(report)),
            "1 of 1 known faults defended, 0 not, 0 cannot be shown here");
  EXPECT_EQ(CountDefences({}), "");
}

}  // namespace
}  // namespace loadline::reports
