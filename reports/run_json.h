// SPDX-License-Identifier: Apache-2.0
// The JSON form of Run, and Runs made one.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reports/model.h"

namespace loadline::reports {

// Members that say nothing are left out.
nlohmann::ordered_json RunToJson(const Run& run);
// Throws nlohmann's exceptions.
Run RunFromJson(const nlohmann::json& json);

// What two parts of one run were asked for together. All the shards of a run are no restriction.
Run MergeRuns(const Run& one, const Run& other);

}  // namespace loadline::reports
