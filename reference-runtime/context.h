// SPDX-License-Identifier: Apache-2.0
// What the operations on a container that exists begin with.
#pragma once

#include <string>

#include "base/result.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

// The container as it was saved, and the configuration that it was created with.
Result<Context> LoadContext(const std::string& root, const std::string& id);

// A payload must not begin with what the runtime or its caller ignored or blocked.
void ResetSignals();

}  // namespace loadline::runtime
