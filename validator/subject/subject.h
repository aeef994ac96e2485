// SPDX-License-Identifier: Apache-2.0
// What a path is, and its document as text.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "validator/json/document.h"
#include "validator/rules/rule.h"

namespace loadline::validator {

struct SubjectText {
  std::string file;    // as findings name it
  std::string bundle;  // directory of the bundle; empty when only a document was given
  std::string text;    // at most one byte more than the limit, which then is a finding
};

// Reads a bundle directory's config.json, a file, or standard input ("-"). A path that cannot be
// read, or a directory that is no bundle, is an error.
Result<SubjectText> ReadSubject(const std::string& path, const Limits& limits);

// What kind of document it is, by what it holds; nothing when it is none that we know.
std::optional<SubjectType> DetectType(const Document& document);

}  // namespace loadline::validator
