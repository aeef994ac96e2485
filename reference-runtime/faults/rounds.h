// SPDX-License-Identifier: Apache-2.0
// Many containers, one after the other: what each leaves adds up.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "reference-runtime/faults/scene.h"

namespace loadline::faults {

// Rounds of create, start and delete; prints what the kernel counts before and after, and returns
// how many things are left or have grown with the rounds.
Result<size_t> RunRounds(const Scene& scene, size_t rounds);

}  // namespace loadline::faults
