// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/figure.h"

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using nlohmann::json;

// Reports come from elsewhere: a member may be of any type.
std::optional<double> Number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

}  // namespace

std::optional<Figure> FigureOf(const CheckResult& result) {
  if (!result.evidence || !result.evidence->is_object()) return std::nullopt;
  const json measured = result.evidence->value("measured", json());
  if (!measured.is_object()) return std::nullopt;
  const auto ratio = Number(measured, "ratio");
  const auto low = Number(measured, "low");
  const auto high = Number(measured, "high");
  if (!ratio || !low || !high) return std::nullopt;
  Figure figure{*ratio, *low, *high, Number(measured, "margin"), {}, {}};
  if (const auto parity = measured.find("parity"); parity != measured.end() && parity->is_string())
    figure.parity = parity->get<std::string>();
  const json control = measured.value("nativeAgainstNative", json());
  if (control.is_object()) {
    const auto control_low = Number(control, "low");
    const auto control_high = Number(control, "high");
    if (control_low && control_high) figure.control = {*control_low, *control_high};
  }
  return figure;
}

}  // namespace loadline::reports
