// SPDX-License-Identifier: Apache-2.0
#include "schema/spec_version.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace loadline::schema {
namespace {

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool ParseNumber(std::string_view text, int& number) {
  if (!AllDigits(text) || (text.size() > 1 && text[0] == '0')) return false;
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t dot = text.find('.');
    parts.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

bool ValidIdentifiers(std::string_view text, bool leading_zeros_allowed) {
  for (const std::string_view part : Split(text)) {
    const bool legal = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    });
    if (!legal) return false;
    if (!leading_zeros_allowed && AllDigits(part) && part.size() > 1 && part[0] == '0')
      return false;
  }
  return true;
}

int CompareIdentifiers(std::string_view a, std::string_view b) {
  const bool a_is_number = AllDigits(a);
  const bool b_is_number = AllDigits(b);
  if (a_is_number != b_is_number) return a_is_number ? -1 : 1;
  if (a_is_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a == b ? 0 : (a < b ? -1 : 1);
}

int ComparePrereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  const auto left = Split(a);
  const auto right = Split(b);
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int order = CompareIdentifiers(left[i], right[i]); order != 0) return order;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

}  // namespace

Result<SpecVersion> SpecVersion::Parse(std::string_view text) {
  const Error error =
      Failure("\"" + std::string(text) + "\" is not a semantic version", "write it like 1.2.0");
  SpecVersion version;
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    if (!ValidIdentifiers(text.substr(plus + 1), true)) return error;
    text = text.substr(0, plus);
  }
  if (const size_t dash = text.find('-'); dash != std::string_view::npos) {
    version.prerelease = text.substr(dash + 1);
    if (!ValidIdentifiers(version.prerelease, false)) return error;
    text = text.substr(0, dash);
  }
  const auto parts = Split(text);
  if (parts.size() != 3 || !ParseNumber(parts[0], version.major) ||
      !ParseNumber(parts[1], version.minor) || !ParseNumber(parts[2], version.patch)) {
    return error;
  }
  return version;
}

std::string SpecVersion::ToText() const {
  std::string text =
      std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  return prerelease.empty() ? text : text + "-" + prerelease;
}

int SpecVersion::Compare(const SpecVersion& other) const {
  if (major != other.major) return major < other.major ? -1 : 1;
  if (minor != other.minor) return minor < other.minor ? -1 : 1;
  if (patch != other.patch) return patch < other.patch ? -1 : 1;
  return ComparePrereleases(prerelease, other.prerelease);
}

}  // namespace loadline::schema
