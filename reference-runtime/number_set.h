// SPDX-License-Identifier: Apache-2.0
// Sets of processors and memory nodes: written "0-3,7", handed to the kernel as bits.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// The bits, lowest first, as sched_setaffinity(2) and set_mempolicy(2) take them.
using NumberSet = std::vector<unsigned long>;

constexpr size_t kBitsPerWord = 8 * sizeof(unsigned long);

// An empty text is the empty set.
Result<NumberSet> ReadNumberSet(const std::string& list);

}  // namespace loadline::runtime
