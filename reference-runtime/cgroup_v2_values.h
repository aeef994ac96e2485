// SPDX-License-Identifier: Apache-2.0
// linux.resources is written in the terms of cgroup v1; these are its values in those of v2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace loadline::runtime {

// -1, and whatever else is negative, is no limit.
std::string OrMax(int64_t limit);
// cpu.shares (2 … 262144) onto cpu.weight (1 … 10000), linearly, as runc, crun and systemd do. What
// lies outside counts as the nearest, as the kernel has it for cpu.shares.
uint64_t WeightFromShares(uint64_t shares);
// cpu.max: "QUOTA PERIOD". What is not given stays as it is in `present`, the file's content.
std::string CpuMax(std::optional<int64_t> quota, std::optional<uint64_t> period,
                   const std::string& present);
// blkio.weight (10 … 1000) onto io.weight (1 … 10000).
int64_t IoWeight(int64_t weight);
// memory.swap.max, which counts swap alone, from `swap`, the limit of memory and swap together, and
// `limit`, that of memory (negative: none). An error when the first is below the second, or is
// limited while the second is not: the difference would not be known.
Result<std::string> SwapMax(int64_t limit, int64_t swap);
// The rate of an io.max line: 0, which on v1 takes a limit away, is "max".
std::string Rate(uint64_t rate);

}  // namespace loadline::runtime
