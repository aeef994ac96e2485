// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/standings.h"

#include <map>

#include "reports/plain_text.h"

namespace loadline::reports::certificates {
namespace {

constexpr const char* kStandard = "oci-runtime";

struct Seen {
  bool judged = false;
  bool failed = false;
  std::string why;  // of the first result that did not judge
};

std::map<std::string, Seen> SeenOf(const std::vector<CheckResult>& results) {
  std::map<std::string, Seen> all;
  for (const CheckResult& result : results) {
    for (const std::string& id : result.requirements) {
      Seen& seen = all[id];
      if (Judges(result.verdict)) {
        seen.judged = true;
        seen.failed |= result.verdict != Verdict::kPass;
      } else if (seen.why.empty()) {
        seen.why = std::string(ToText(result.verdict)) + ": " + OneLine(result.message);
      }
    }
  }
  return all;
}

}  // namespace

std::vector<RequirementStanding> StandingsOf(const std::vector<CheckResult>& results,
                                             const schema::SpecVersion& version) {
  std::vector<RequirementStanding> standings;
  const schema::Ledger* ledger = schema::FindLedger(kStandard);
  if (ledger == nullptr) return standings;
  const std::map<std::string, Seen> all = SeenOf(results);
  for (const schema::Requirement& requirement : ledger->requirements) {
    if (requirement.addressee != schema::Addressee::kRuntime || !requirement.HoldsIn(version) ||
        !requirement.platform.empty())
      continue;
    RequirementStanding one{requirement.id, requirement.level, Standing::kNotJudged, ""};
    const auto seen = all.find(requirement.id);
    if (seen != all.end() && seen->second.judged) {
      one.standing = seen->second.failed ? Standing::kFailed : Standing::kPassed;
    } else if (seen != all.end()) {
      one.why = seen->second.why;
    } else {
      one.why = requirement.reason.empty() ? "no case of this run cites it" : requirement.reason;
    }
    standings.push_back(std::move(one));
  }
  return standings;
}

Coverage CoverageOf(const std::vector<RequirementStanding>& standings) {
  Coverage coverage;
  for (const RequirementStanding& one : standings) {
    if (one.level != schema::Level::kMust) continue;
    const schema::Requirement* requirement = schema::FindRequirement(one.id);
    const bool judged = one.standing != Standing::kNotJudged;
    ++coverage.total;
    coverage.judgeable += judged || (requirement != nullptr && requirement->reason.empty()) ? 1 : 0;
    coverage.judged += judged ? 1 : 0;
    coverage.passed += one.standing == Standing::kPassed ? 1 : 0;
    coverage.failed += one.standing == Standing::kFailed ? 1 : 0;
  }
  return coverage;
}

}  // namespace loadline::reports::certificates
