// SPDX-License-Identifier: Apache-2.0
// What a group of resctrl gives its processes of each resource, as text and in memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace loadline::stand_ins {

// The make-believe processor: two L3 caches, and memory bandwidth by cache.
inline constexpr uint64_t kAllOfCache = 0x7ff;
inline constexpr int kLeastCacheBits = 1;
inline constexpr uint64_t kLeastBandwidth = 10;  // percent; so are the next two
inline constexpr uint64_t kBandwidthStep = 10;
inline constexpr uint64_t kMostBandwidth = 100;

// By resource ("L3", "MB"), by the number of the cache.
using Schemata = std::map<std::string, std::map<unsigned, uint64_t>>;

Schemata WholeProcessor();
std::string ToText(const Schemata& schemata);
// Takes over what the lines say, all of it or nothing. Why not, or an empty text.
std::string Change(Schemata& schemata, const std::string& lines);

}  // namespace loadline::stand_ins
