// SPDX-License-Identifier: Apache-2.0
#include "reports/defences.h"

#include <algorithm>
#include <map>
#include <optional>

namespace loadline::reports {
namespace {

bool Failed(const CheckResult& result) {
  return Judges(result.verdict) && result.verdict != Verdict::kPass;
}

// What a candidate does not have cannot be attacked there.
bool Open(const CheckResult& result) {
  return !Judges(result.verdict) && result.verdict != Verdict::kUnsupported;
}

using Results = std::vector<const CheckResult*>;

std::vector<std::string> IdsOf(const Results& results, bool (*belongs)(const CheckResult&)) {
  std::vector<std::string> ids;
  for (const CheckResult* result : results) {
    if (belongs(*result)) ids.push_back(result->id);
  }
  return ids;
}

bool Passed(const CheckResult& result) { return result.verdict == Verdict::kPass; }
bool DidNotPass(const CheckResult& result) { return !Passed(result); }

Defence Judge(const schema::KnownFault& fault, const Results& checks, const Results& given) {
  if (auto missing = IdsOf(given, DidNotPass); !missing.empty())
    return {&fault, Stand::kCannotBeShown, std::move(missing)};
  if (auto failed = IdsOf(checks, Failed); !failed.empty())
    return {&fault, Stand::kDoesNotDefend, std::move(failed)};
  auto open = IdsOf(checks, Open);
  if (!IdsOf(checks, Passed).empty() && open.empty()) return {&fault, Stand::kDefends, {}};
  return {&fault, Stand::kCannotBeShown, std::move(open)};
}

using ResultsOf = std::map<std::string, const CheckResult*, std::less<>>;  // by check

// None when one of them was not run.
std::optional<Results> Find(const std::vector<std::string>& ids, const ResultsOf& results) {
  Results found;
  for (const std::string& id : ids) {
    const auto result = results.find(id);
    if (result == results.end()) return std::nullopt;
    found.push_back(result->second);
  }
  return found;
}

}  // namespace

std::string_view ToText(Stand stand) {
  constexpr std::string_view kWords[] = {"defends", "does not defend", "cannot be shown here"};
  return kWords[static_cast<size_t>(stand)];
}

std::vector<Defence> JudgeDefences(const Report& report) {
  std::vector<Defence> defences;
  if (report.kind != Kind::kCertification) return defences;
  ResultsOf results;
  for (const CheckResult& result : report.results)
    results[result.id.substr(0, result.id.find('@'))] = &result;
  for (const schema::KnownFault& fault : schema::KnownFaults()) {
    const auto checks = Find(fault.checks, results);
    const auto given = Find(fault.given, results);
    if (checks && given) defences.push_back(Judge(fault, *checks, *given));
  }
  return defences;
}

std::string CountDefences(const std::vector<Defence>& defences) {
  if (defences.empty()) return "";
  const auto count = [&](Stand stand) {
    return std::to_string(
        std::count_if(defences.begin(), defences.end(),
                      [stand](const Defence& defence) { return defence.stand == stand; }));
  };
  return count(Stand::kDefends) + " of " + std::to_string(defences.size()) +
         " known faults defended, " + count(Stand::kDoesNotDefend) + " not, " +
         count(Stand::kCannotBeShown) + " cannot be shown here";
}

}  // namespace loadline::reports
