// SPDX-License-Identifier: Apache-2.0
// Runs the conformance cases against a candidate and reports a verdict per case.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/cell_limits.h"
#include "conformance/shard.h"
#include "reports/model.h"
#include "schema/ledger.h"

namespace loadline::conformance {

struct CertifyOptions {
  std::string candidate = "loadline";  // a profile's name, a profile file, or a runtime binary
  std::string spec;                    // version to judge by; empty: the newest that both know
  std::vector<std::string> only;       // globs on case ids; empty: all. A '*' also matches '/'
  // Names of batteries, "cases" for what is none; empty: the cases and those that run by default.
  std::vector<std::string> batteries;
  std::vector<std::string> case_directories;  // instead of the embedded cases
  std::string expectations_file;              // instead of the embedded ones of the candidate
  std::string bundle;                         // a user's own, whose posture alone is judged
  std::string system;                         // a directory, that machine containers boot
  int jobs = 0;                               // cells at a time; 0: as many as help
  Shard shard;                                // by the id of the case
  bool rootless = false;  // an unprivileged user calls the candidate (INTERPRETING.md)
  bool full = false;      // the batteries try all there is, and not a sample
  std::string fault;      // the only point that the battery of faults tries; empty: any
  bool dry_run = false;   // only list what would be run: every verdict is inconclusive
  std::string probe;      // the probe's program; empty: the one beside this program
  // How long one call of the candidate may take before it counts as hanging.
  std::chrono::milliseconds step_time{10000};
  std::optional<CellLimits> cell_limits;  // empty: a share of what the host has
  std::string keep_directory;  // where each run leaves its config.json and observation.json
};

// One case has its verdict; `total` counts cases. Before the first one there is a call without a
// result, which says what is `known` beforehand: candidate, host and version.
struct Progress {
  int done = 0;
  int total = 0;
  const reports::CheckResult* result = nullptr;  // with what was expected of it
  const reports::Report* known = nullptr;
};
using ProgressCallback = std::function<void(const Progress&)>;

// Judges the candidate. Needs root and a process without other threads; without root every verdict
// is `environment`. Errors: kUsage (unknown version, glob without a case), kUnreadable
// for a candidate or file that cannot be used, kInterrupted by SIGINT or SIGTERM (all is cleaned
// up); anything else is a defect of ours.
Result<reports::Report> Certify(const CertifyOptions& options,
                                const ProgressCallback& progress = {});

// The version to judge all of these candidates by: `wanted`, or the newest that all of them
// declare. Errors as Certify().
Result<std::string> CommonSpec(const std::string& wanted,
                               const std::vector<std::string>& candidates);

// What is known of a case, or of a check of a battery, without running it.
struct CaseSummary {
  std::string id;  // case[/row]
  std::string title;
  schema::Level level = schema::Level::kMust;
  std::vector<std::string> requirements;
  std::vector<std::string> needs;
  schema::SpecVersion since;
  std::optional<schema::SpecVersion> until;
  std::string file;    // where it is declared; of a check: the folder of its battery
  std::string source;  // its declaration, as JSON text; of a check: none
};

// The cases of the directories, or the embedded ones and the checks of the batteries, sorted by id.
// An error names the file, the case and the pointer.
Result<std::vector<CaseSummary>> ListCases(const std::vector<std::string>& directories = {});

// A profile that is known by name.
struct CandidateSummary {
  std::string name;
  std::vector<std::string> command;  // argv[0] resolved when `found`
  bool found = false;                // on this host
};
std::vector<CandidateSummary> ListCandidates();

// The expectations that fit a report's results, as the text of a file
// conformance/expectations/<candidate>.json. Reasons and links of entries that still hold are kept
// from `previous` (the text of the present file; empty: the embedded one), and so are whole entries
// that the report says nothing of: for other circumstances, or for cases that were not run.
Result<std::string> RewriteExpectations(const reports::Report& report,
                                        const std::string& previous = "");

}  // namespace loadline::conformance
