// SPDX-License-Identifier: Apache-2.0
// Expectations: known deviations of a candidate (conformance/expectations/<candidate>.json).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::conformance {

struct Expectation {
  std::string case_id;  // without @spec; '*' matches any text
  reports::Verdict verdict = reports::Verdict::kFail;
  std::map<std::string, std::string> when;  // facts that must hold, values are globs
  bool sometimes = false;  // it passes at other times, and that is no surprise either
  std::string reason;
  std::string link;
};

// What `when` is compared with: version, spec, cgroup, rootless, via.
using Circumstances = std::map<std::string, std::string>;

Result<std::vector<Expectation>> ParseExpectations(const std::string& file, std::string_view text);
// The embedded ones of a candidate; none is fine.
Result<std::vector<Expectation>> EmbeddedExpectations(const std::string& candidate);

// Writes into each result what was expected of it. An entry that applies but whose case is not
// among `known_cases` becomes a failed result of its own.
void ApplyExpectations(const std::vector<Expectation>& expectations,
                       const Circumstances& circumstances,
                       const std::vector<std::string>& known_cases,
                       std::vector<reports::CheckResult>& results);

// '*' matches any text, '/' included; everything else is itself.
bool GlobMatches(std::string_view glob, std::string_view text);

// "case[/row]" of a result id "case[/row]@spec[+via]".
std::string CaseOf(const std::string& result_id);

}  // namespace loadline::conformance
