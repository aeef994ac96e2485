// SPDX-License-Identifier: Apache-2.0
// What a path is, opened once: whoever changes it later changes nothing of what is judged.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "validator/json/document.h"
#include "validator/subject/kind.h"

namespace loadline::validator {

struct OpenedSubject {
  std::string path;  // as it was given, without slashes at its end
  std::string file;  // as findings name it: "<stdin>" for "-"
  UniqueFd fd;       // a directory, or a file that stands behind `beginning`
  bool is_directory = false;
  std::string beginning;  // the first bytes of a file
  bool is_whole = false;  // and they are all of it
};

// A directory, a regular file or standard input ("-"). Everything else is an error, and so is what
// cannot be read.
Result<OpenedSubject> OpenSubject(const std::string& path);
// The rest of a file with its beginning; at most one byte more than the limit, which then is a
// finding.
Result<std::string> ReadText(OpenedSubject& subject, const Limits& limits);

// What kind of directory or archive it is; nothing when it is none that we know.
std::optional<SubjectType> DetectDirectory(int directory);
std::optional<SubjectType> DetectArchive(const OpenedSubject& subject);
// What kind of document it is, by what it holds; nothing when it is none that we know.
std::optional<SubjectType> DetectDocument(const Document& document);

}  // namespace loadline::validator
