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

inline constexpr int kResamples = 10000;
// Enough to see whether more pairs are needed, and ten times faster.
inline constexpr int kFewResamples = 1000;

// Percentile bootstrap over invocations, and over the pairs within each: both levels vary. Of
// logarithms of plain figures it is their median, as `ratio`, and its interval.
Estimate EstimateRatio(const std::vector<Invocation>& invocations, uint64_t seed,
                       int resamples = kResamples);

enum class Parity { kEquivalent, kWorse, kBetter, kInconclusive };
const char* ToText(Parity parity);

// The interval of fewer says nothing: that of a single pair has no width at all.
inline constexpr int kFewestPairs = 5;

// Equivalent when the interval lies within 1/(1+margin) and 1+margin; worse or better when it lies
// outside; otherwise nobody knows.
Parity Judge(const Estimate& estimate, double margin);

// Whether further pairs would add nothing: the interval is half as wide as the margin or less, or
// it lies so far outside that it will not come back.
bool IsSettled(const Estimate& estimate, double margin);

}  // namespace loadline::conformance::efficiency
