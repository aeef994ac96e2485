// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup_v2_values.h"

#include <algorithm>

#include "reference-runtime/words.h"

namespace loadline::runtime {

std::string OrMax(int64_t limit) { return limit < 0 ? "max" : std::to_string(limit); }

uint64_t WeightFromShares(uint64_t shares) {
  const uint64_t counted = std::clamp<uint64_t>(shares, 2, 262144);
  return 1 + (counted - 2) * 9999 / 262142;
}

std::string CpuMax(std::optional<int64_t> quota, std::optional<uint64_t> period,
                   const std::string& present) {
  const auto words = Words(present);
  std::string text = quota ? OrMax(*quota) : words.empty() ? "max" : words[0];
  if (period) text += " " + std::to_string(*period);
  return text;
}

int64_t IoWeight(int64_t weight) { return 1 + (weight - 10) * 9999 / 990; }

Result<std::string> SwapMax(int64_t limit, int64_t swap) {
  if (swap < 0) return std::string("max");
  if (limit < 0)
    return Failure(
        "linux.resources.memory.swap limits memory and swap together, and memory alone "
        "has no limit",
        "give memory.limit as well");
  if (swap < limit)
    return Failure("linux.resources.memory.swap is the limit of memory and swap together, and " +
                       std::to_string(swap) + " is below that of memory alone, " +
                       std::to_string(limit),
                   "make it at least as large");
  return std::to_string(swap - limit);
}

std::string Rate(uint64_t rate) { return rate == 0 ? "max" : std::to_string(rate); }

}  // namespace loadline::runtime
