// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/figure.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using nlohmann::json;

const json* Member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto member = object.find(name);
  return member == object.end() ? nullptr : &*member;
}

// Something that has a logarithm.
std::optional<double> PositiveNumber(const json& object, const char* name) {
  const json* member = Member(object, name);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  const double number = member->get<double>();
  if (!std::isfinite(number) || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Figure> FigureOf(const CheckResult& result) {
  if (!result.evidence) return std::nullopt;
  const json* measured = Member(*result.evidence, "measured");
  if (measured == nullptr) return std::nullopt;
  const auto ratio = PositiveNumber(*measured, "ratio");
  const auto low = PositiveNumber(*measured, "low");
  const auto high = PositiveNumber(*measured, "high");
  if (!ratio || !low || !high) return std::nullopt;
  Figure figure{*ratio, *low, *high, PositiveNumber(*measured, "margin"), {}, {}};
  if (const json* parity = Member(*measured, "parity"); parity != nullptr && parity->is_string())
    figure.parity = parity->get<std::string>();
  if (const json* control = Member(*measured, "nativeAgainstNative")) {
    const auto least = PositiveNumber(*control, "low");
    const auto most = PositiveNumber(*control, "high");
    if (least && most) figure.control = {*least, *most};
  }
  return figure;
}

}  // namespace loadline::reports
