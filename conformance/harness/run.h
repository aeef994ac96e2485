// SPDX-License-Identifier: Apache-2.0
// Run: one life of one container (or of a few), shared by the cases that look at it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "conformance/harness/caller.h"
#include "conformance/harness/case.h"

namespace loadline::conformance {

// What the probe and the host side are asked for beyond what they always observe.
struct Request {
  Json probe = Json::object();  // paths, sysctls, syscalls, attempts: lists of names
  std::set<std::string> host_files;
  std::set<std::string> cgroup_files;
  bool resctrl = false;  // host.resctrl
  // Adds what an expectation names.
  void Add(const Json& expectation);
};

struct Run {
  std::string key;  // equal for equal runs
  Json config;      // effective config.json, placeholders not expanded
  Json fixtures;
  std::vector<Step> steps;
  Request request;
  std::set<std::string> snapshots;  // labels of steps with a `then`
  std::vector<std::string> cases;   // ids, those that the run is a control for included
};

// The runs that a case needs.
struct CaseRuns {
  size_t main = 0;                                       // index into the plan's runs
  std::vector<std::pair<std::string, size_t>> controls;  // label of the step, index
};

struct Plan {
  std::vector<Run> runs;          // controls before the runs they are for
  std::vector<CaseRuns> by_case;  // in the order of the cases given
};

// Plans the runs of the cases, equal ones once. An error names the case.
Result<Plan> MakePlan(const std::vector<const Case*>& cases, const std::string& spec,
                      Caller caller = Caller::kRoot);

}  // namespace loadline::conformance
