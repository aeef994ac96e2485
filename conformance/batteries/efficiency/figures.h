// SPDX-License-Identifier: Apache-2.0
// What is said of a figure: a claim of parity within a margin, a bound, or the figure alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/efficiency/statistics.h"
#include "conformance/batteries/findings.h"

namespace loadline::conformance::efficiency {

// Evidence of an estimate: {"ratio", "low", "high", "pairs"}, to which more can be added.
nlohmann::json ToJson(const Estimate& estimate);

// Of plain figures: {"median", "low", "high", "least", "p95", "samples"}.
nlohmann::json Described(std::vector<double> values);

// Each figure as an invocation of its own.
std::vector<Invocation> LogsOf(const std::vector<double>& values);
// The same of the ratios of two lists, pair by pair.
std::vector<Invocation> LogRatios(const std::vector<double>& contained,
                                  const std::vector<double>& native);

// Equivalent or better passes, worse fails. Where two native ones (`control`) are not equivalent
// themselves the machine is too noisy, and nothing is said about the candidate, unless it is worse
// by more than the noise. `what` is measured: "the native time".
void SayParity(Findings& findings, const std::string& check, const Estimate& estimate,
               const Estimate& control, double margin, const std::string& what,
               nlohmann::json evidence);

// Passes when the whole interval lies below the bound, fails when it lies above.
void SayBound(Findings& findings, const std::string& check, const Estimate& estimate, double most,
              const std::string& what, nlohmann::json evidence);

// Makes no claim. The interval must be narrow enough to tell something: `widest` is its half, as a
// part of the figure.
void SayTold(Findings& findings, const std::string& check, const Estimate& estimate, double widest,
             const std::string& what, nlohmann::json evidence);

// The same with the word for it: what its parity within `widest` is, where two native ones
// (`control`) are equivalent.
void SayTold(Findings& findings, const std::string& check, const Estimate& estimate,
             const Estimate& control, double widest, const std::string& what,
             nlohmann::json evidence);

}  // namespace loadline::conformance::efficiency
