// SPDX-License-Identifier: Apache-2.0
#include "reports/page/expected_and_seen.h"

namespace loadline::reports {

std::optional<Sides> ExpectedAndSeen(std::string_view message) {
  constexpr std::string_view kExpected = ": expected ";
  constexpr std::string_view kSeen = ", seen ";
  constexpr size_t kLongestPlace = 200;
  const size_t expected = message.find(kExpected);
  const size_t seen = message.find(kSeen);
  if (expected == std::string_view::npos || seen == std::string_view::npos || seen < expected)
    return std::nullopt;
  // A second one could be a candidate's own words.
  if (message.rfind(kExpected) != expected || message.rfind(kSeen) != seen ||
      expected > kLongestPlace)
    return std::nullopt;
  const size_t from = expected + kExpected.size();
  return Sides{std::string(message.substr(0, expected)),
               std::string(message.substr(from, seen - from)),
               std::string(message.substr(seen + kSeen.size()))};
}

}  // namespace loadline::reports
