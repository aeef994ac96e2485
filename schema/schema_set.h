// SPDX-License-Identifier: Apache-2.0
// Checks a JSON document against one of our embedded JSON Schemas.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::schema {

// One way in which a document does not match its schema: exactly one per defect, the deepest.
struct SchemaError {
  std::string pointer;  // RFC 6901, into the document
  std::string message;  // in words, without the pointer
};

// `schema` is a path below schema/, e.g. "oci-runtime/config.json"; an unknown one is an error.
// Schemas are compiled once per thread. The document's integers are judged exactly (int64 and
// uint64).
Result<std::vector<SchemaError>> CheckSchema(std::string_view schema,
                                             const nlohmann::json& document);
// Whether it would find none, in memory that does not grow with their number: for large documents
// of strangers.
Result<bool> KeepsToSchema(std::string_view schema, const nlohmann::json& document);

}  // namespace loadline::schema
