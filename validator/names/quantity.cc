// SPDX-License-Identifier: Apache-2.0
#include "validator/names/quantity.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace loadline::validator {
namespace {

struct Suffix {
  std::string_view text;
  long double factor;
};

constexpr long double kKibi = 1024;

constexpr Suffix kSuffixes[] = {
    {"", 1},
    {"m", 1e-3L},
    {"K", 1e3L},
    {"M", 1e6L},
    {"G", 1e9L},
    {"T", 1e12L},
    {"P", 1e15L},
    {"E", 1e18L},
    {"Ki", kKibi},
    {"Mi", kKibi* kKibi},
    {"Gi", kKibi* kKibi* kKibi},
    {"Ti", kKibi* kKibi* kKibi* kKibi},
    {"Pi", kKibi* kKibi* kKibi* kKibi* kKibi},
    {"Ei", kKibi* kKibi* kKibi* kKibi* kKibi* kKibi},
};

}  // namespace

std::optional<long double> ReadQuantity(const nlohmann::json& quantity) {
  if (quantity.is_number()) {
    const auto number = quantity.get<double>();
    return number < 0 ? std::nullopt : std::optional<long double>(number);
  }
  if (!quantity.is_string()) return std::nullopt;
  const auto& text = quantity.get_ref<const std::string&>();
  const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + end, number, std::chars_format::fixed);
  if (end == 0 || read.ec != std::errc() || read.ptr != text.data() + end) return std::nullopt;
  for (const Suffix& suffix : kSuffixes) {
    if (std::string_view(text).substr(end) == suffix.text) return number * suffix.factor;
  }
  return std::nullopt;
}

}  // namespace loadline::validator
