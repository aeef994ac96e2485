// SPDX-License-Identifier: Apache-2.0
#include "reports/model.h"

#include <algorithm>
#include <map>

namespace loadline::reports {
namespace {

constexpr std::string_view kVerdictWords[] = {"pass",        "fail",        "warn",  "inconclusive",
                                              "unsupported", "environment", "error", "timeout"};

}  // namespace

std::string_view ToText(Verdict verdict) { return kVerdictWords[static_cast<size_t>(verdict)]; }

std::optional<Verdict> VerdictFromText(std::string_view text) {
  for (const Verdict verdict : kVerdicts) {
    if (ToText(verdict) == text) return verdict;
  }
  return std::nullopt;
}

bool Judges(Verdict verdict) {
  return verdict == Verdict::kPass || verdict == Verdict::kFail || verdict == Verdict::kWarn ||
         verdict == Verdict::kTimeout;
}

std::string_view ToText(Kind kind) {
  return kind == Kind::kValidation ? "validation" : "certification";
}

std::string AreaOf(std::string_view id) {
  const size_t first = id.find('/');
  if (first == std::string_view::npos) return std::string(id);
  return std::string(id.substr(first + 1, id.find('/', first + 1) - first - 1));
}

Summary Summarize(const Report& report) {
  Summary summary;
  summary.counts[static_cast<size_t>(Verdict::kPass)] = report.rules_passed;
  for (const CheckResult& result : report.results) {
    ++summary.counts[static_cast<size_t>(result.verdict)];
    if (result.Unexpected()) ++summary.unexpected;
  }
  return summary;
}

RequirementCount CountRequirements(const std::vector<CheckResult>& results,
                                   const std::string& standard, const schema::SpecVersion& version,
                                   schema::Addressee addressee) {
  std::map<std::string_view, bool> failed;  // by id of a judged requirement
  for (const CheckResult& result : results) {
    if (!Judges(result.verdict)) continue;
    for (const std::string& id : result.requirements)
      failed[id] |= result.verdict != Verdict::kPass;
  }
  RequirementCount count;
  const schema::Ledger* ledger = schema::FindLedger(standard);
  if (ledger == nullptr) return count;
  for (const schema::Requirement& requirement : ledger->requirements) {
    if (requirement.addressee != addressee || !requirement.HoldsIn(version) ||
        !requirement.platform.empty())
      continue;
    ++count.total;
    const auto found = failed.find(requirement.id);
    if (found == failed.end()) continue;
    ++count.judged;
    ++(found->second ? count.failed : count.passed);
  }
  return count;
}

int ExitStatus(const Report& report, bool require_all) {
  auto any = [&](auto&& condition) {
    return std::any_of(report.results.begin(), report.results.end(), condition);
  };
  if (any([](const CheckResult& r) { return r.verdict == Verdict::kError && r.Unexpected(); }))
    return 70;
  if (any([](const CheckResult& r) { return r.Unexpected(); })) return 1;
  const bool judged = report.kind == Kind::kValidation ||
                      any([](const CheckResult& r) { return Judges(r.verdict); });
  if (!judged || report.unfinished) return 4;
  if (require_all && any([](const CheckResult& r) { return !Judges(r.verdict); })) return 4;
  return 0;
}

}  // namespace loadline::reports
