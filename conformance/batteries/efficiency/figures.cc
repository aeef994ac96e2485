// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/figures.h"

#include <algorithm>
#include <cmath>

#include "conformance/batteries/efficiency/efficiency.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr double kSmallest = 1e-6;  // of a figure whose logarithm is taken

std::string Says(const Estimate& estimate, const std::string& what) {
  const int digits = estimate.high < 10 ? 2 : 1;
  return Decimal(estimate.ratio, digits) + " times " + what + " (" + Decimal(estimate.low, digits) +
         " to " + Decimal(estimate.high, digits) + ")";
}

// Worse by more than the whole noise, which is what two native ones differ by: that much is clear
// on a machine too busy for anything else. Two that do differ show that something else is measured.
bool StandsOut(const Estimate& estimate, const Estimate& control, double margin) {
  return Judge(control, margin) == Parity::kInconclusive && control.pairs >= kFewestPairs &&
         estimate.low > (1 + margin) * control.high / control.low;
}

// What the machine makes of the same is no finding about the candidate.
Parity ParityBeside(const Estimate& control, const Estimate& estimate, double margin) {
  if (Judge(control, margin) == Parity::kEquivalent) return Judge(estimate, margin);
  return StandsOut(estimate, control, margin) ? Parity::kWorse : Parity::kInconclusive;
}

json WithParity(const Estimate& estimate, double margin) {
  json said = ToJson(estimate);
  said["parity"] = ToText(Judge(estimate, margin));
  return said;
}

// What an estimate says, over what the caller found out beside it.
json Merged(json evidence, const json& said) {
  if (evidence.is_null()) evidence = json::object();
  evidence.update(said);
  evidence["seed"] = kSeed;
  return evidence;
}

// Without what a logarithm and its exponential leave of a plain number.
double Plain(double value) {
  if (value <= kSmallest * 1.5) return 0;
  const double parts = std::pow(10, std::max(0.0, 8 - std::floor(std::log10(value))));
  return std::round(value * parts) / parts;
}

}  // namespace

json ToJson(const Estimate& estimate) {
  return {{"ratio", estimate.ratio},
          {"low", estimate.low},
          {"high", estimate.high},
          {"pairs", estimate.pairs}};
}

json Described(std::vector<double> values) {
  if (values.empty()) return nullptr;
  const Estimate estimate = EstimateRatio(LogsOf(values), kSeed, kFewResamples);
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return {{"median", Plain(estimate.ratio)},
          {"low", Plain(estimate.low)},
          {"high", Plain(estimate.high)},
          {"least", values.front()},
          {"p95", values[static_cast<size_t>(std::ceil(0.95 * last))]},
          {"samples", values.size()}};
}

std::vector<Invocation> LogsOf(const std::vector<double>& values) {
  std::vector<Invocation> logs;
  for (const double value : values) logs.push_back({std::log(std::max(value, kSmallest))});
  return logs;
}

std::vector<Invocation> LogRatios(const std::vector<double>& contained,
                                  const std::vector<double>& native) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(contained.size(), native.size()); ++i)
    ratios.push_back(contained[i] / std::max(native[i], kSmallest));
  return LogsOf(ratios);
}

void SayParity(Findings& findings, const std::string& check, const Estimate& estimate,
               const Estimate& control, double margin, const std::string& what, json evidence) {
  const bool quiet = Judge(control, margin) == Parity::kEquivalent;
  const Parity parity = ParityBeside(control, estimate, margin);
  evidence = Merged(std::move(evidence), ToJson(estimate));
  evidence["margin"] = margin;
  evidence["parity"] = ToText(parity);
  evidence["nativeAgainstNative"] = WithParity(control, margin);
  const std::string figures = Says(estimate, what) + ", margin " + Decimal(margin, 2);
  if (parity == Parity::kInconclusive) {
    findings.Say(check, Verdict::kInconclusive,
                 (quiet ? "" : "the machine is too noisy: ") + figures, std::move(evidence));
  } else {
    findings.Judge(check, parity != Parity::kWorse, figures, std::move(evidence));
  }
}

void SayBound(Findings& findings, const std::string& check, const Estimate& estimate, double most,
              const std::string& what, json evidence) {
  evidence = Merged(std::move(evidence), ToJson(estimate));
  evidence["most"] = most;
  const std::string figures = Says(estimate, what) + ", at most " + Decimal(most, 0);
  if (estimate.pairs < kFewestPairs || (estimate.low <= most && estimate.high > most)) {
    findings.Say(check, Verdict::kInconclusive, "the bound lies within the noise: " + figures,
                 std::move(evidence));
  } else {
    findings.Judge(check, estimate.high <= most, figures, std::move(evidence));
  }
}

void SayTold(Findings& findings, const std::string& check, const Estimate& estimate, double widest,
             const std::string& what, json evidence) {
  const bool clear = estimate.pairs >= kFewestPairs && estimate.HalfWidth() <= widest;
  findings.Say(check, clear ? Verdict::kPass : Verdict::kInconclusive,
               clear ? "" : "the machine is too noisy: " + Says(estimate, what),
               Merged(std::move(evidence), ToJson(estimate)));
}

void SayTold(Findings& findings, const std::string& check, const Estimate& estimate,
             const Estimate& control, double widest, const std::string& what, json evidence) {
  evidence["parity"] = ToText(ParityBeside(control, estimate, widest));
  evidence["parityWithin"] = widest;  // and no "margin", which is one that a claim is held to
  evidence["nativeAgainstNative"] = WithParity(control, widest);
  SayTold(findings, check, estimate, widest, what, std::move(evidence));
}

}  // namespace loadline::conformance::efficiency
