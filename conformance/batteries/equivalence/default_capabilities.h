// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace loadline::conformance::equivalence {

// process.capabilities with what a container manager grants when nobody says otherwise.
nlohmann::json DefaultCapabilities();

}  // namespace loadline::conformance::equivalence
