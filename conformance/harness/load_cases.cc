// SPDX-License-Identifier: Apache-2.0
// Reads case files: the embedded ones or those of directories.
#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include "base/embedded.h"
#include "base/files.h"
#include "conformance/harness/by_exec.h"
#include "conformance/harness/case.h"
#include "conformance/harness/strict_json.h"
#include "conformance/harness/strict_object.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

constexpr size_t kFileCap = 4 << 20;

Result<std::vector<std::string>> CaseFiles(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(directory, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path().string());
  }
  if (error) {
    Error failure = Failure("", "pass a directory of case files that you may read");
    failure.call = "opendir";
    failure.arguments = directory;
    failure.number = error.value();
    return failure;
  }
  if (files.empty()) {
    Error failure =
        Failure(directory + " holds no case files",
                "a case file is called NAME.json; conformance/INTERPRETING.md says more");
    failure.number = ENOENT;
    return failure;
  }
  std::sort(files.begin(), files.end());
  return files;
}

Error Invalid(std::string what) {
  Error error = Failure(std::move(what));
  error.number = EINVAL;
  return error;
}

}  // namespace

Result<std::vector<Case>> ParseCases(const std::string& file, std::string_view text) {
  ASSIGN_OR_RETURN(const Json document, ParseStrict(file, text));
  StrictObject object(document, file + ": ");
  if (object.Number("schemaVersion").value_or(1) != 1)
    object.Complain("/schemaVersion", "this program knows version 1");
  const Json* declarations = object.Array("cases");
  if (declarations == nullptr) object.Complain("", "\"cases\" is required");
  object.Member("$schema");
  RETURN_IF_ERROR(object.Finish());
  std::vector<Case> cases;
  for (const Json& declaration : *declarations) {
    auto parsed = ParseCase(declaration);
    if (!parsed) {
      Error error = parsed.error();
      error.what = file + ": " + error.what;
      error.number = EINVAL;
      return error;
    }
    for (Case& one : *parsed) {
      one.file = file;
      auto by_exec = ByExec(one);
      cases.push_back(std::move(one));
      if (by_exec) cases.push_back(std::move(*by_exec));
    }
  }
  return cases;
}

Result<std::vector<Case>> LoadCases(const std::vector<std::string>& directories) {
  std::vector<Case> cases;
  const auto add = [&cases](const std::string& file, std::string_view text) -> Result<void> {
    ASSIGN_OR_RETURN(std::vector<Case> parsed, ParseCases(file, text));
    std::move(parsed.begin(), parsed.end(), std::back_inserter(cases));
    return {};
  };
  if (directories.empty()) {
    for (const EmbeddedFile& file : embedded::conformance_files()) {
      if (!file.path.starts_with("cases/")) continue;
      RETURN_IF_ERROR(add("conformance/" + std::string(file.path), file.content));
    }
  }
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, CaseFiles(directory));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kFileCap));
      RETURN_IF_ERROR(add(file, text));
    }
  }
  std::sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) { return a.id < b.id; });
  for (size_t i = 1; i < cases.size(); ++i) {
    if (cases[i - 1].id == cases[i].id)
      return Invalid(cases[i].file + ": " + cases[i].id + " is declared twice (also in " +
                     cases[i - 1].file + ")");
  }
  return cases;
}

}  // namespace loadline::conformance
