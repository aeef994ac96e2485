// SPDX-License-Identifier: Apache-2.0
// Which requirements a schema error touches, by where it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "validator/rules/rule.h"

namespace loadline::validator {

// `message` tells a missing property from a wrong value. Empty when no requirement speaks of the
// place.
std::vector<std::string> RequirementsOfSchemaError(SubjectType type, const std::string& pointer,
                                                   const std::string& message);

}  // namespace loadline::validator
