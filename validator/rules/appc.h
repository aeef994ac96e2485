// SPDX-License-Identifier: Apache-2.0
// What many rules on the manifests of appc look at.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "validator/rules/rule.h"

namespace loadline::validator {

// The app of an image manifest, and those that a pod manifest puts in their place.
void ForEachApp(const RuleInput& input,
                const std::function<void(const nlohmann::json&, const std::string&)>& visit);
// Reports each element of the list at a pointer whose `key` an earlier one has.
void CheckUnique(const nlohmann::json& document, const std::string& list, const char* key,
                 const char* what, Reporter& reporter);

}  // namespace loadline::validator
