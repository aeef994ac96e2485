// SPDX-License-Identifier: Apache-2.0
// What judges, and what a whole run of it is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::conformance {

// Digests by name: "loadline" (this program, and with it the batteries), "probe", "cases",
// "expectations" and "ledger/<standard>". `probe` is the probe's program; empty: the one beside
// this program. What cannot be read is left out.
std::map<std::string, std::string> SuiteDigests(const std::string& probe = "");

// The ids of the results that a run has of which nothing was left out, sorted: the cases and the
// batteries that run by default, in this version of the standard.
Result<std::vector<std::string>> IdsOfWholeRun(const std::string& spec, bool rootless);

// The files that verdicts on a candidate rest on, as they are now; errors as Certify().
struct ResolvedCandidate {
  std::string name;
  std::vector<reports::SubjectFile> files;
};
Result<ResolvedCandidate> ResolveCandidate(const std::string& candidate);

}  // namespace loadline::conformance
