// SPDX-License-Identifier: Apache-2.0
#include "conformance/stand_ins/schemata.h"

#include <bit>
#include <cstdlib>
#include <iomanip>
#include <set>
#include <sstream>

namespace loadline::stand_ins {
namespace {

std::string Stripped(const std::string& text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool ReadNumber(const std::string& text, int base, uint64_t& number) {
  char* end = nullptr;
  number = strtoull(text.c_str(), &end, base);
  return !text.empty() && *end == '\0';
}

bool IsMask(uint64_t mask) {
  if (mask == 0 || (mask & ~kAllOfCache) != 0) return false;
  const uint64_t shifted = mask >> std::countr_zero(mask);
  return (shifted & (shifted + 1)) == 0 && std::popcount(mask) >= kLeastCacheBits;
}

// A value of the resource as it would be in force; false when the processor has no such.
bool ReadValue(const std::string& resource, const std::string& text, uint64_t& value) {
  if (resource == "L3") return ReadNumber(text, 16, value) && IsMask(value);
  if (!ReadNumber(text, 10, value) || value < kLeastBandwidth || value > kMostBandwidth)
    return false;
  value = (value + kBandwidthStep - 1) / kBandwidthStep * kBandwidthStep;
  return true;
}

// `told`: what this write has said already, "RESOURCE:CACHE", which it may not say twice.
std::string ChangeLine(Schemata& schemata, const std::string& line, std::set<std::string>& told) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos || colon + 1 == line.size()) return "a line is no schema";
  const std::string resource = Stripped(line.substr(0, colon));
  const auto found = schemata.find(resource);
  if (found == schemata.end()) return "there is no resource " + resource;
  std::istringstream parts(line.substr(colon + 1));
  for (std::string part; std::getline(parts, part, ';');) {
    const size_t equals = part.find('=');
    uint64_t cache = 0;
    if (equals == std::string::npos || !ReadNumber(Stripped(part.substr(0, equals)), 10, cache))
      return "a part names no cache";
    const auto value = found->second.find(static_cast<unsigned>(cache));
    if (value == found->second.end()) return "there is no cache " + std::to_string(cache);
    if (!told.insert(resource + ":" + std::to_string(cache)).second)
      return "cache " + std::to_string(cache) + " is named twice";
    if (!ReadValue(resource, Stripped(part.substr(equals + 1)), value->second))
      return "the processor has no " + part;
  }
  return "";
}

}  // namespace

Schemata WholeProcessor() {
  return {{"L3", {{0, kAllOfCache}, {1, kAllOfCache}}},
          {"MB", {{0, kMostBandwidth}, {1, kMostBandwidth}}}};
}

std::string ToText(const Schemata& schemata) {
  std::ostringstream text;
  for (const auto& [resource, values] : schemata) {
    const bool is_mask = resource == "L3";
    text << std::setw(6) << resource << ':';
    for (const auto& [cache, value] : values) {
      if (cache != values.begin()->first) text << ';';
      text << cache << '=' << (is_mask ? std::hex : std::dec) << std::setfill(is_mask ? '0' : ' ')
           << std::setw(3) << value << std::dec << std::setfill(' ');
    }
    text << '\n';
  }
  return text.str();
}

std::string Change(Schemata& schemata, const std::string& lines) {
  if (!lines.ends_with('\n')) return "the last line has no end";
  Schemata changed = schemata;
  std::set<std::string> told;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    if (std::string why_not = ChangeLine(changed, line, told); !why_not.empty()) return why_not;
  }
  schemata = std::move(changed);
  return "";
}

}  // namespace loadline::stand_ins
