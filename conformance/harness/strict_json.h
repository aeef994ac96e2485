// SPDX-License-Identifier: Apache-2.0
// JSON texts that somebody else wrote: files that a user gives us, and answers of a candidate.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "validator/json/document.h"

namespace loadline::conformance {

// A file's text as a document that has a root and knows where its values stand; the text has to
// live as long. kUnreadable, with the place, when it is no JSON, is nested too deep or has a key
// twice.
Result<validator::Document> ParseWithPlaces(const std::string& file, std::string_view text);
// The document alone.
Result<nlohmann::json> ParseStrict(const std::string& file, std::string_view text);

// "file:line:column" of the value at the pointer, or of the nearest one above it that is there.
std::string PlaceOf(const std::string& file, const validator::Document& document,
                    const std::string& pointer);
// An error about the value at `base` with the place before its words. When it is about a part of
// that, they begin with a pointer from there, which a name may precede ("a/case: /steps/0: …").
// EINVAL.
Error AtPlace(const std::string& file, const validator::Document& document, const std::string& base,
              Error error);

// A candidate's document; a discarded value when it is no JSON or nested too deep. What is nested
// without end would overflow the stack of whoever writes it out again.
nlohmann::json ParseForeign(std::string_view text);

}  // namespace loadline::conformance
