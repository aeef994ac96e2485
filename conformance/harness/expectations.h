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
// Those of a file, or, without one, the embedded ones.
Result<std::vector<Expectation>> ExpectationsOf(const std::string& candidate,
                                                const std::string& file);

// Those that apply in these circumstances.
std::vector<Expectation> Applicable(std::vector<Expectation> expectations,
                                    const Circumstances& circumstances);
// Writes into a result what those that apply expected of it; without any, what everybody expects.
void Expect(const std::vector<Expectation>& applicable, reports::CheckResult& result);
// A failed result for each case that one of them names and that is not among `known_cases`.
std::vector<reports::CheckResult> StaleEntries(const std::vector<Expectation>& applicable,
                                               const std::vector<std::string>& known_cases);

// '*' matches any text, '/' included; everything else is itself.
bool GlobMatches(std::string_view glob, std::string_view text);

}  // namespace loadline::conformance
