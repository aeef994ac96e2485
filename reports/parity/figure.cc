// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/figure.h"

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using nlohmann::json;

// Nothing that anybody measured lies outside.
constexpr double kLeastRatio = 1e-9;
constexpr double kMostRatio = 1e9;

// A ratio, which is drawn on a logarithmic axis. Nothing when somebody wrote something else there.
std::optional<double> RatioAt(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double ratio = found->get<double>();
  return ratio >= kLeastRatio && ratio <= kMostRatio ? std::optional(ratio) : std::nullopt;
}

bool IsParity(const json& word) {
  return word == "equivalent" || word == "worse" || word == "better" || word == "inconclusive";
}

}  // namespace

std::optional<Figure> FigureOf(const CheckResult& result) {
  if (!result.evidence || !result.evidence->is_object()) return std::nullopt;
  const auto found = result.evidence->find("measured");
  if (found == result.evidence->end() || !found->is_object()) return std::nullopt;
  const json& measured = *found;
  const auto ratio = RatioAt(measured, "ratio");
  const auto low = RatioAt(measured, "low");
  const auto high = RatioAt(measured, "high");
  if (!ratio || !low || !high) return std::nullopt;
  Figure figure{*ratio, *low, *high, RatioAt(measured, "margin"), {}, {}};
  if (measured.contains("parity") && IsParity(measured["parity"]))
    figure.parity = measured["parity"].get<std::string>();
  const auto control = measured.find("nativeAgainstNative");
  if (control == measured.end() || !control->is_object()) return figure;
  const auto control_low = RatioAt(*control, "low");
  const auto control_high = RatioAt(*control, "high");
  if (control_low && control_high) figure.control = {*control_low, *control_high};
  return figure;
}

}  // namespace loadline::reports
