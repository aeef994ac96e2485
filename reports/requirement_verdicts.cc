// SPDX-License-Identifier: Apache-2.0
#include "reports/requirement_verdicts.h"

#include <algorithm>
#include <map>

namespace loadline::reports {
namespace {

using Citing = std::map<std::string_view, std::vector<size_t>>;  // results, by requirement

Citing CitingOf(const Report& report) {
  Citing citing;
  for (size_t i = 0; i < report.results.size(); ++i) {
    for (const std::string& id : report.results[i].requirements) citing[id].push_back(i);
  }
  return citing;
}

// What kept the results from judging, each reason once.
std::string WhyNot(const Report& report, const RequirementVerdict& verdict) {
  std::vector<std::string> reasons;
  for (const size_t i : verdict.results) {
    const CheckResult& result = report.results[i];
    const std::string reason =
        result.message.empty() ? std::string(ToText(result.verdict)) : result.message;
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
      reasons.push_back(reason);
  }
  std::string why;
  for (const std::string& reason : reasons) why += (why.empty() ? "" : "; ") + reason;
  if (!why.empty()) return why;
  if (!verdict.requirement->reason.empty()) return verdict.requirement->reason;
  return "this run made no check of it";
}

RequirementVerdict Judge(const Report& report, const schema::Requirement& requirement,
                         const Citing& citing) {
  RequirementVerdict verdict{&requirement, Kept::kNotJudged, {}, {}};
  const auto found = citing.find(requirement.id);
  if (found != citing.end()) verdict.results = found->second;
  std::vector<size_t> judged;
  std::vector<size_t> failed;
  for (const size_t i : verdict.results) {
    if (!Judges(report.results[i].verdict)) continue;
    judged.push_back(i);
    if (report.results[i].verdict != Verdict::kPass) failed.push_back(i);
  }
  if (judged.empty()) {
    verdict.why = WhyNot(report, verdict);
  } else {
    verdict.kept = failed.empty() ? Kept::kPassed : Kept::kFailed;
    verdict.results = std::move(failed.empty() ? judged : failed);
  }
  return verdict;
}

}  // namespace

std::string_view ToText(Kept kept) {
  constexpr std::string_view kWords[] = {"passed", "failed", "not judged"};
  return kWords[static_cast<size_t>(kept)];
}

std::vector<RequirementVerdict> JudgeRequirements(const Report& report, std::string_view standard) {
  std::vector<RequirementVerdict> verdicts;
  const schema::Ledger* ledger = schema::FindLedger(standard);
  const auto version = schema::SpecVersion::Parse(report.spec);
  if (ledger == nullptr || !version.has_value()) return verdicts;
  const Citing citing = CitingOf(report);
  for (const schema::Requirement& requirement : ledger->requirements) {
    if (requirement.addressee == schema::Addressee::kRuntime && requirement.platform.empty() &&
        requirement.HoldsIn(*version))
      verdicts.push_back(Judge(report, requirement, citing));
  }
  return verdicts;
}

RequirementCount CountVerdicts(const std::vector<RequirementVerdict>& verdicts) {
  RequirementCount count;
  for (const RequirementVerdict& verdict : verdicts) {
    ++count.total;
    if (verdict.kept == Kept::kNotJudged) continue;
    ++count.judged;
    ++(verdict.kept == Kept::kPassed ? count.passed : count.failed);
  }
  return count;
}

std::string SubjectMatterOf(const schema::Requirement& requirement) {
  std::vector<std::string> parts;
  std::string_view rest = requirement.id;
  for (size_t slash; (slash = rest.find('/')) != std::string_view::npos;) {
    parts.emplace_back(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
  }
  // The standard first, what is asked last.
  if (parts.size() < 2) return std::string(rest);
  return parts.size() == 2 ? parts[1] : parts[1] + "/" + parts[2];
}

}  // namespace loadline::reports
