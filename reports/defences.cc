// SPDX-License-Identifier: Apache-2.0
#include "reports/defences.h"

#include <algorithm>

namespace loadline::reports {
namespace {

bool Failed(const CheckResult& result) {
  return Judges(result.verdict) && result.verdict != Verdict::kPass;
}

// What a candidate does not have cannot be attacked there.
bool Open(const CheckResult& result) {
  return !Judges(result.verdict) && result.verdict != Verdict::kUnsupported;
}

Defence Judge(const schema::KnownFault& fault, const std::vector<const CheckResult*>& results) {
  const auto ids = [&](bool (*belongs)(const CheckResult&)) {
    std::vector<std::string> found;
    for (const CheckResult* result : results) {
      if (belongs(*result)) found.push_back(result->id);
    }
    return found;
  };
  if (auto failed = ids(Failed); !failed.empty())
    return {&fault, Stand::kDoesNotDefend, std::move(failed)};
  const bool passed = std::any_of(results.begin(), results.end(), [](const CheckResult* result) {
    return result->verdict == Verdict::kPass;
  });
  auto open = ids(Open);
  if (passed && open.empty()) return {&fault, Stand::kDefends, {}};
  return {&fault, Stand::kCannotBeShown, std::move(open)};
}

}  // namespace

std::string_view ToText(Stand stand) {
  constexpr std::string_view kWords[] = {"defends", "does not defend", "cannot be shown here"};
  return kWords[static_cast<size_t>(stand)];
}

std::vector<Defence> JudgeDefences(const Report& report) {
  std::vector<Defence> defences;
  if (report.kind != Kind::kCertification) return defences;
  for (const schema::KnownFault& fault : schema::KnownFaults()) {
    std::vector<const CheckResult*> results;
    for (const CheckResult& result : report.results) {
      if (fault.IsJudgedBy(result.id)) results.push_back(&result);
    }
    if (!results.empty()) defences.push_back(Judge(fault, results));
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
