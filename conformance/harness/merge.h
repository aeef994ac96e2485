// SPDX-License-Identifier: Apache-2.0
// Changes to a config.json: merge by natural keys, and JSON patches.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::conformance {

// Merges `changes` into `config` by the rules of INTERPRETING.md, "`config`: changes".
Result<void> MergeConfig(nlohmann::json& config, const nlohmann::json& changes);

// The natural key of the elements of an array ("/mounts" gives "destination"); empty when there is
// none.
std::string NaturalKeyOf(std::string_view pointer);

// Applies RFC 6902 operations. `document` is unchanged when they fail.
Result<void> ApplyPatch(nlohmann::json& document, const nlohmann::json& patch);

// The config.json of a case before placeholders are expanded: the base bundle, the version under
// test, then `changes` and `patch`.
Result<nlohmann::json> EffectiveConfig(const std::string& spec, const nlohmann::json& changes,
                                       const nlohmann::json& patch);

}  // namespace loadline::conformance
