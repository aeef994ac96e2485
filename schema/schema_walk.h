// SPDX-License-Identifier: Apache-2.0
// Finds the part of a schema that speaks of a value, to say in words what was expected there.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "schema/schema_set.h"

namespace loadline::schema {

// The subschema for the value at a pointer: through properties, items, additionalProperties and
// references. nullptr when none speaks of it.
const nlohmann::json* SubschemaAt(const nlohmann::json& schema, const std::string& pointer);

// One line that says what was found and what was expected. `description` is valijson's own, used as
// a hint to the keyword that failed.
std::string Describe(const nlohmann::json& schema, const nlohmann::json& document,
                     const std::string& pointer, const std::string& description);

// Integers above the largest signed one, against "maximum", exactly.
std::vector<SchemaError> CheckLargeIntegers(const nlohmann::json& schema,
                                            const nlohmann::json& document);

}  // namespace loadline::schema
