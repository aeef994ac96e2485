// SPDX-License-Identifier: Apache-2.0
// What certify.h tells without certifying: cases, candidates, and the version that several of these
// have in common.
#include <algorithm>

#include "conformance/batteries/battery.h"
#include "conformance/certify.h"
#include "conformance/doctor.h"
#include "conformance/harness/candidate.h"
#include "conformance/harness/case.h"

namespace loadline::conformance {

Result<std::string> CommonSpec(const std::string& wanted,
                               const std::vector<std::string>& candidates) {
  std::string common = wanted;
  for (const std::string& name : candidates) {
    if (!wanted.empty()) break;
    ASSIGN_OR_RETURN(Profile profile, FindCandidate(name));
    ASSIGN_OR_RETURN(const auto hierarchies, Hierarchies());
    ASSIGN_OR_RETURN(const CellView view, MakeView(hierarchies, profile.needs_view));
    Candidate candidate;
    candidate.spec_max = profile.spec_max;
    if (Examine().Ability("root").available) {
      ASSIGN_OR_RETURN(candidate, AskCandidate(std::move(profile), hierarchies, view,
                                               CertifyOptions().step_time));
    }
    ASSIGN_OR_RETURN(const std::string spec, ChooseSpec("", candidate.spec_max));
    if (common.empty()) common = spec;
    ASSIGN_OR_RETURN(const auto one, schema::SpecVersion::Parse(spec));
    ASSIGN_OR_RETURN(const auto other, schema::SpecVersion::Parse(common));
    if (one < other) common = spec;
  }
  return common;
}

Result<std::vector<CaseSummary>> ListCases(const std::vector<std::string>& directories) {
  ASSIGN_OR_RETURN(const std::vector<Case> cases, LoadCases(directories));
  std::vector<CaseSummary> summaries;
  for (const Case& one : cases)
    summaries.push_back({one.id, one.title, one.level, one.requirements, one.needs, one.since,
                         one.until, one.file, one.source});
  if (!directories.empty()) return summaries;
  ASSIGN_OR_RETURN(const std::vector<Battery> batteries, LoadBatteries());
  for (const Battery& battery : batteries) {
    for (const BatteryRun& run : battery.runs) {
      for (const Check& one : run.checks)
        summaries.push_back({one.id, one.title, one.level, one.requirements, one.needs, one.since,
                             one.until, "conformance/batteries/" + battery.name, ""});
    }
  }
  std::sort(summaries.begin(), summaries.end(),
            [](const CaseSummary& a, const CaseSummary& b) { return a.id < b.id; });
  return summaries;
}

std::vector<CandidateSummary> ListCandidates() {
  std::vector<CandidateSummary> summaries;
  auto profiles = EmbeddedProfiles();
  if (!profiles) return summaries;
  for (Profile& profile : *profiles) {
    const bool found = ResolveCommand(profile).has_value();
    summaries.push_back({profile.name, profile.command, found});
  }
  return summaries;
}

}  // namespace loadline::conformance
