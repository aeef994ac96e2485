// SPDX-License-Identifier: Apache-2.0
// What the operations on a container that exists begin with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

// The container as it was saved, and the configuration that it was created with.
Result<Context> LoadContext(const std::string& root, const std::string& id);

// A set of this process, such as "CapPrm:", as /proc/self/status gave it at the beginning.
std::optional<uint64_t> OwnSet(std::string_view name);

// A payload must not begin with what the runtime or its caller ignored or blocked.
void ResetSignals();

}  // namespace loadline::runtime
