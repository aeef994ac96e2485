// SPDX-License-Identifier: Apache-2.0
// Runs the cases against deliberately bad runtimes: a suite that they pass cannot fail anything.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/shard.h"

namespace loadline::conformance {

struct MutationOptions {
  std::string candidate = "loadline";  // the runtime that the mutants wrap
  std::vector<std::string> only;       // globs on the mutants' names; empty: all
  Shard shard;                         // by the mutant's name
  std::vector<std::string> case_directories;
  std::string spec;
  int jobs = 0;
};

struct MutantOutcome {
  std::string name;
  std::string summary;                 // what the mutant does wrong
  int cases_run = 0;                   // only those that touch what it spoils
  std::vector<std::string> killed_by;  // cases that fail on it and pass without it
  std::vector<std::string> strays;     // of those, the cases that are not about what it spoils
  int hidden = 0;        // of those that were run, how many noise left without a verdict
  bool sampled = false;  // no case is about what it spoils, so some that have it were run
  int64_t duration_ms = 0;
  std::string reason;       // why no case can notice it; empty: one should
  bool by_refusal = false;  // it only ever failed by refusing to create: counted apart
  bool Killed() const { return !killed_by.empty() && !by_refusal; }
};

struct MutationReport {
  std::vector<MutantOutcome> mutants;  // sorted by name
  // Cases that no mutant made fail, those left out that make most of many cases fail.
  std::vector<std::string> never_failed;
  int killed = 0;
  int refused = 0;
  int survived = 0;
  int unnoticeable = 0;  // not killed, and there is a reason why none can
  int untouched = 0;     // no case that this host can judge touches what they spoil
  int astray = 0;        // some cases failed on them that are not about what they spoil

  int Judged() const { return killed + refused + survived; }
  // Names of those that no case noticed without a reason for that, and of those that have one and
  // were noticed all the same.
  std::vector<std::string> unexplained, needlessly_explained;
  // Of those that can be noticed, the percent that a case caught otherwise than by a refusal,
  // rounded down.
  int Rate() const { return Judged() == 0 ? 0 : killed * 100 / Judged(); }
};

// Called after each mutant with the number of all.
using MutationProgress = std::function<void(const MutantOutcome&, int total)>;

// Same errors as Certify().
Result<MutationReport> RunMutants(const MutationOptions& options,
                                  const MutationProgress& progress = {});

}  // namespace loadline::conformance
