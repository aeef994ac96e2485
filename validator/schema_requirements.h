// SPDX-License-Identifier: Apache-2.0
// Which requirements a schema error touches, by where it is: schema/places/ says so as data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadline::validator {

// `schema` as in KindOf ("oci-image/index.json"); `message` tells a missing property from a wrong
// value. Empty when no requirement speaks of the place.
std::vector<std::string> RequirementsOfSchemaError(std::string_view schema,
                                                   const std::string& pointer,
                                                   const std::string& message);
// Every requirement that an error against this schema can touch.
std::vector<std::string> RequirementsOfSchema(std::string_view schema);

}  // namespace loadline::validator
