// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace loadline::conformance::efficiency {
namespace {

constexpr double kTail = 0.025;

double MedianOf(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

Estimate EstimateRatio(const std::vector<Invocation>& invocations, uint64_t seed, int resamples) {
  Estimate estimate;
  std::vector<double> all;
  for (const Invocation& one : invocations) all.insert(all.end(), one.begin(), one.end());
  estimate.pairs = static_cast<int>(all.size());
  if (all.empty()) return estimate;
  std::mt19937_64 random(seed);
  std::vector<double> medians;
  std::vector<double> sample;
  for (int i = 0; i < resamples; ++i) {
    sample.clear();
    for (size_t j = 0; j < invocations.size(); ++j) {
      const Invocation& one = invocations[random() % invocations.size()];
      for (size_t k = 0; k < one.size(); ++k) sample.push_back(one[random() % one.size()]);
    }
    medians.push_back(MedianOf(sample));
  }
  std::sort(medians.begin(), medians.end());
  const auto at = [&](double part) {
    return medians[static_cast<size_t>(part * static_cast<double>(resamples - 1))];
  };
  estimate.ratio = std::exp(MedianOf(all));
  estimate.low = std::exp(at(kTail));
  estimate.high = std::exp(at(1 - kTail));
  return estimate;
}

const char* ToText(Parity parity) {
  switch (parity) {
    case Parity::kEquivalent:
      return "equivalent";
    case Parity::kWorse:
      return "worse";
    case Parity::kBetter:
      return "better";
    default:
      return "inconclusive";
  }
}

Parity Judge(const Estimate& estimate, double margin) {
  if (estimate.pairs < kFewestPairs) return Parity::kInconclusive;
  const double most = 1 + margin;
  if (estimate.low > most) return Parity::kWorse;
  if (estimate.high < 1 / most) return Parity::kBetter;
  if (estimate.low >= 1 / most && estimate.high <= most) return Parity::kEquivalent;
  return Parity::kInconclusive;
}

bool IsSettled(const Estimate& estimate, double margin) {
  const double far = (1 + margin) * (1 + margin);
  return estimate.HalfWidth() <= margin / 2 || estimate.low > far || estimate.high < 1 / far;
}

}  // namespace loadline::conformance::efficiency
