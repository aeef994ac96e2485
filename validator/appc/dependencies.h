// SPDX-License-Identifier: Apache-2.0
// Holds the dependencies of an image of appc against images that are at hand (aci.md, ace.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "validator/appc/appc_image.h"
#include "validator/rules/rule.h"

namespace loadline::validator {

// Reports by the ids of the rules appc/dependency/…; pointers are into the manifest. `others` are
// the images that dependencies are looked for in. Nothing is said when there are none.
void CheckDependencies(const nlohmann::json& manifest, const std::vector<AppcImage>& others,
                       RuleReporter& reporter);

}  // namespace loadline::validator
