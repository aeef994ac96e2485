// SPDX-License-Identifier: Apache-2.0
// Ratios of paired times: their median, its bootstrap interval, and what that says about
// equivalence within a margin.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loadline::conformance::efficiency {

// Log ratios of the pairs of one invocation: pairs that were made by the same two processes.
using Invocation = std::vector<double>;

struct Estimate {
  double ratio = 1;  // exp of the median log ratio
  double low = 1;    // 95 % interval
  double high = 1;
  int pairs = 0;
  // Half of the interval, as a part of the ratio.
  double HalfWidth() const { return (high - low) / 2 / ratio; }
};

// Percentile bootstrap over invocations, and over the pairs within each: both levels vary.
Estimate EstimateRatio(const std::vector<Invocation>& invocations, uint64_t seed);

enum class Parity { kEquivalent, kWorse, kBetter, kInconclusive };
const char* ToText(Parity parity);

// Equivalent when the interval lies within 1/(1+margin) and 1+margin; worse or better when it lies
// outside; otherwise nobody knows.
Parity Judge(const Estimate& estimate, double margin);

}  // namespace loadline::conformance::efficiency
