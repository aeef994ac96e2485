// SPDX-License-Identifier: Apache-2.0
// Life: one container from create to delete, with most of what a configuration can say and most of
// what can be called, as one document that has no times in it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::timing {

// Lives one; `between` is called before each call. The document: "calls", each with its outcome and
// the state after it; "seen": what the container's process, one of exec and the hooks saw;
// "without": what the candidate, or this host, does not have; and "made": what create said. What
// fails is part of it. An error is one of ours.
Result<nlohmann::json> Live(Rig& rig, const std::function<void()>& between = {});

}  // namespace loadline::conformance::timing
