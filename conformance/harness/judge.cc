// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/judge.h"

#include "conformance/harness/expect.h"
#include "conformance/harness/placeholder.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::Verdict;

// The problem that a run met which is not the candidate's, if any.
std::optional<Judgement> ProblemOf(const json& answer) {
  const auto problem = answer.find("problem");
  if (problem == answer.end()) return std::nullopt;
  return Judgement{
      reports::VerdictFromText(problem->value("verdict", "")).value_or(Verdict::kError),
      problem->value("message", "the run did not take place")};
}

// The first step that did not go as it had to, if any.
std::optional<Judgement> StepOf(const json& answer) {
  for (const json& step : answer.value("steps", json::array())) {
    if (step.value("held", false)) continue;
    return Judgement{step.value("timedOut", false) ? Verdict::kTimeout : Verdict::kFail,
                     step.value("message", "a step failed")};
  }
  return std::nullopt;
}

// Expands an expectation, each section by its position.
Result<json> ExpandExpectation(const json& expectation, const json& answer) {
  json expanded = json::object();
  for (const auto& section : expectation.items()) {
    const bool inside =
        section.key() == "probe" || section.key() == "exec" || section.key() == "told";
    const json values = answer.value(inside ? "inside" : "outside", json::object());
    ASSIGN_OR_RETURN(expanded[section.key()], Expand(section.value(), {values, false}));
  }
  return expanded;
}

// What an exec that is looked at was refused for want of words, if one was.
std::optional<std::string> WithoutWords(const json& expectation, const json& document) {
  const json looked_at = expectation.value("exec", json::object());
  for (const auto& exec : looked_at.items()) {
    const json::json_pointer place = json::json_pointer("/exec") / exec.key() / "noWords";
    if (document.contains(place)) return document[place].get<std::string>();
  }
  return std::nullopt;
}

std::optional<Judgement> Compare(const json& expectation, const json& document, const json& answer,
                                 const std::string& moment) {
  auto expanded = ExpandExpectation(expectation, answer);
  if (!expanded) return Judgement{Verdict::kError, expanded.error().ToLine()};
  const auto mismatch = Mismatch(*expanded, document);
  if (!mismatch) return std::nullopt;
  if (auto why_not = WithoutWords(*expanded, document))
    return Judgement{Verdict::kUnsupported, moment + *why_not};
  return Judgement{Verdict::kFail, moment + *mismatch};
}

}  // namespace

Judgement JudgeCase(const Case& the_case, const json& main,
                    const std::vector<std::pair<std::string, const json*>>& controls,
                    bool claims_version) {
  for (const auto& control : controls) {
    auto problem = ProblemOf(*control.second);
    auto step = StepOf(*control.second);
    if (!problem && !step) continue;
    Judgement judgement = problem ? *problem : *step;
    // A candidate that hangs is no defect of ours, and neither is one that is asked for more than
    // it says it can do.
    if (judgement.verdict != Verdict::kEnvironment && judgement.verdict != Verdict::kTimeout &&
        judgement.verdict != Verdict::kUnsupported)
      judgement.verdict = problem || claims_version ? Verdict::kError : Verdict::kInconclusive;
    judgement.message =
        "the control of " + control.first + " does not succeed: " + judgement.message;
    return judgement;
  }
  if (auto problem = ProblemOf(main)) return *problem;
  const auto failed = StepOf(main);
  const json snapshots = main.value("snapshots", json::object());
  for (const Step& step : the_case.steps) {
    if (step.then.is_null()) continue;
    const auto snapshot = snapshots.find(step.as);
    if (snapshot == snapshots.end()) break;  // the run ended before: `failed` says why
    if (auto judgement = Compare(step.then, *snapshot, main, "after " + step.as + ": "))
      return failed && failed->message.starts_with(step.as + ":") ? *failed : *judgement;
  }
  if (failed) return *failed;
  if (main.value("refused", false)) return {};
  if (!the_case.expect.is_null()) {
    if (auto judgement =
            Compare(the_case.expect, main.value("observation", json::object()), main, ""))
      return *judgement;
  }
  return {};
}

Verdict ApplyLevel(Verdict verdict, schema::Level level) {
  if (verdict != Verdict::kFail) return verdict;
  switch (level) {
    case schema::Level::kMust:
      return Verdict::kFail;
    case schema::Level::kShould:
      return Verdict::kWarn;
    case schema::Level::kMay:
      return Verdict::kUnsupported;
  }
  return verdict;
}

json Evidence(const json& answer) {
  json evidence = json::object();
  for (const char* key : {"config", "steps"}) {
    if (answer.contains(key)) evidence[key] = answer[key];
  }
  return evidence;
}

}  // namespace loadline::conformance
