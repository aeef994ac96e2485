// SPDX-License-Identifier: Apache-2.0
// What a process of a container sees of others on their way into it by exec.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

// A copy of the probe in the image, so that what the container itself runs is no payload.
inline constexpr const char* kWatchedPayload = "/payload";

// Calls exec for each of the programs, several times, while init watches. The answer (probe/
// neighbours.cc): "stages" and how often each could be attached to or why not, "payloads" that
// could be, and the programs that are "writable". A call that the candidate refuses is no error.
Result<nlohmann::json> WatchExecs(Rig& rig, const std::vector<std::string>& programs);

}  // namespace loadline::conformance::isolation
