// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/certify.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;

CheckResult ResultOf(const std::string& id, Verdict verdict) {
  CheckResult result;
  result.id = id + "@1.0.2";
  result.verdict = verdict;
  return result;
}

std::vector<Expectation> Parsed(const std::string& entries) {
  return ParseExpectations("e.json", R"({"schemaVersion": 1, "expectations": [)" + entries + "]}")
      .value();
}

void ApplyExpectations(std::vector<Expectation> expectations, const Circumstances& circumstances,
                       const std::vector<std::string>& known_cases,
                       std::vector<CheckResult>& results) {
  const auto applicable = Applicable(std::move(expectations), circumstances);
  for (CheckResult& result : results) Expect(applicable, result);
  for (CheckResult& stale : StaleEntries(applicable, known_cases))
    results.push_back(std::move(stale));
}

TEST(Expectations, AnExpectedFailureIsNotUnexpected) {
  std::vector<CheckResult> results = {ResultOf("a/b", Verdict::kFail),
                                      ResultOf("a/c", Verdict::kFail)};
  ApplyExpectations(Parsed(R"({"case": "a/b", "verdict": "fail", "reason": "r"})"), {},
                    {"a/b", "a/c"}, results);
  EXPECT_FALSE(results[0].Unexpected());
  EXPECT_EQ(results[0].reason, "r");
  EXPECT_TRUE(results[1].Unexpected());
}

TEST(Expectations, OneThatPassesNowIsStale) {
  std::vector<CheckResult> results = {ResultOf("a/b", Verdict::kPass)};
  ApplyExpectations(Parsed(R"({"case": "a/b", "verdict": "fail", "reason": "r"})"), {}, {"a/b"},
                    results);
  EXPECT_TRUE(results[0].Unexpected());
  EXPECT_THAT(results[0].message, HasSubstr("stale"));
}

TEST(Expectations, WhatFailsOnlySometimesMayPass) {
  const auto expectations =
      Parsed(R"({"case": "a/b", "verdict": "fail", "sometimes": true, "reason": "r"})");
  for (const Verdict verdict : {Verdict::kPass, Verdict::kFail}) {
    std::vector<CheckResult> results = {ResultOf("a/b", verdict)};
    ApplyExpectations(expectations, {}, {"a/b"}, results);
    EXPECT_FALSE(results[0].Unexpected());
    EXPECT_TRUE(results[0].sometimes);
  }
}

TEST(Expectations, OneWhoseCaseIsGoneIsAResult) {
  std::vector<CheckResult> results;
  ApplyExpectations(Parsed(R"({"case": "gone", "verdict": "fail", "reason": "r"})"), {}, {"a/b"},
                    results);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_TRUE(results[0].Unexpected());
}

TEST(Expectations, CircumstancesMustFit) {
  const auto expectations = Parsed(
      R"({"case": "a/*", "verdict": "fail", "reason": "r", "when": {"version": "1.1.*", "cgroup": "v1"}})");
  std::vector<CheckResult> results = {ResultOf("a/b", Verdict::kFail)};
  ApplyExpectations(expectations, {{"version", "1.1.5"}, {"cgroup", "v2"}}, {"a/b"}, results);
  EXPECT_TRUE(results[0].Unexpected());
  ApplyExpectations(expectations, {{"version", "1.1.5"}, {"cgroup", "v1"}}, {"a/b"}, results);
  EXPECT_FALSE(results[0].Unexpected());
}

TEST(Expectations, WhatCannotBeJudgedIsNeverUnexpected) {
  std::vector<CheckResult> results = {ResultOf("a", Verdict::kEnvironment),
                                      ResultOf("b", Verdict::kUnsupported),
                                      ResultOf("c", Verdict::kError)};
  ApplyExpectations(Parsed(R"({"case": "a", "verdict": "fail", "reason": "r"})"), {},
                    {"a", "b", "c"}, results);
  EXPECT_FALSE(results[0].Unexpected());
  EXPECT_FALSE(results[1].Unexpected());
  EXPECT_TRUE(results[2].Unexpected());
}

TEST(Expectations, MistakesAreNamed) {
  for (const char* text :
       {R"({"expectations": [{"case": "a", "verdict": "fail"}]})",
        R"({"expectations": [{"case": "a", "verdict": "bad", "reason": "r"}]})",
        R"({"expectations": [{"case": "a", "verdict": "fail", "reason": "r", "x": 1}]})",
        R"({"expectations": [{"case": "a", "verdict": "fail", "reason": "r", "when": {"x": ""}}]})",
        R"({})", "["}) {
    EXPECT_FALSE(ParseExpectations("e.json", text).has_value()) << text;
  }
}

TEST(Expectations, RewritingKeepsReasons) {
  reports::Report report;
  report.subjects.push_back({"somebody"});
  report.results = {ResultOf("a", Verdict::kFail), ResultOf("b", Verdict::kFail),
                    ResultOf("c", Verdict::kPass), ResultOf("d", Verdict::kEnvironment)};
  report.results[1].message = "new";
  const auto text = RewriteExpectations(
      report,
      R"({"expectations": [{"case": "a", "verdict": "fail", "reason": "known", "link": "l"}]})");
  ASSERT_TRUE(text.has_value());
  const auto rewritten = ParseExpectations("e.json", *text);
  ASSERT_TRUE(rewritten.has_value()) << *text;
  ASSERT_EQ(rewritten->size(), 2U);
  EXPECT_EQ((*rewritten)[0].reason, "known");
  EXPECT_EQ((*rewritten)[0].link, "l");
  EXPECT_THAT((*rewritten)[1].reason, HasSubstr("new"));
}

// The entries of the rewritten file, "case: verdict, reason".
std::vector<std::string> Rewritten(const reports::Report& report, const std::string& previous) {
  const auto text = RewriteExpectations(report, previous);
  if (!text.has_value()) return {text.error().ToLine()};
  std::vector<std::string> lines;
  const auto rewritten = ParseExpectations("e.json", *text).value();
  for (const Expectation& one : rewritten)
    lines.push_back(one.case_id + ": " + std::string(reports::ToText(one.verdict)) + ", " +
                    one.reason);
  return lines;
}

TEST(RewriteExpectations, KeepsWhatTheRunSaysNothingOf) {
  reports::Report report;
  report.spec = "1.2.0";
  report.results = {ResultOf("a", Verdict::kPass), ResultOf("gone", Verdict::kFail)};
  report.results[1].id = "expectations/gone";  // as ApplyExpectations names what is stale
  EXPECT_EQ(
      Rewritten(report, R"({"expectations": [
      {"case": "a", "verdict": "fail", "reason": "of another version", "when": {"spec": "1.0.2"}},
      {"case": "a", "verdict": "fail", "reason": "was mended"},
      {"case": "gone", "verdict": "fail", "reason": "no such case"},
      {"case": "unasked", "verdict": "fail", "reason": "was not run"}]})"),
      (std::vector<std::string>{"a: fail, of another version", "unasked: fail, was not run"}));
}

TEST(RewriteExpectations, TakesReasonsFromEntriesForMany) {
  reports::Report report;
  report.results = {ResultOf("a/b", Verdict::kFail), ResultOf("a/b/by-exec", Verdict::kFail),
                    ResultOf("c", Verdict::kFail), ResultOf("c/by-exec", Verdict::kTimeout)};
  EXPECT_EQ(
      Rewritten(report, R"({"expectations": [
      {"case": "a/*", "verdict": "fail", "reason": "all of a"},
      {"case": "c", "verdict": "fail", "reason": "lacks it"}]})"),
      (std::vector<std::string>{"a/b: fail, all of a", "a/b/by-exec: fail, all of a",
                                "c: fail, lacks it", "c/by-exec: timeout, not examined yet: "}));
}

TEST(Glob, StarsMatchAnyText) {
  EXPECT_TRUE(GlobMatches("*", ""));
  EXPECT_TRUE(GlobMatches("a/*/c", "a/b/x/c"));
  EXPECT_TRUE(GlobMatches("*mounts*", "oci-runtime/mounts/tmpfs"));
  EXPECT_FALSE(GlobMatches("a", "ab"));
  EXPECT_FALSE(GlobMatches("a*b", "ac"));
}

}  // namespace
}  // namespace loadline::conformance
