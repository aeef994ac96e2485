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
#include "conformance/harness/check_case.h"
#include "conformance/harness/strict_json.h"
#include "conformance/harness/strict_object.h"
#include "schema/schema_set.h"

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
  if (error)
    return CallError(error.value(), "opendir", directory)
        .Hint("pass a directory of case files that you may read");
  if (files.empty())
    return Failure(ErrorKind::kUnreadable, directory + " holds no case files",
                   "a case file is called NAME.json; conformance/INTERPRETING.md says more");
  std::sort(files.begin(), files.end());
  return files;
}

// Where a declaration of somebody else could still be wrong, after it was read.
Result<void> CheckForeign(const std::vector<Case>& cases) {
  for (const Case& one : cases) RETURN_IF_ERROR(CheckCase(one));
  return {};
}

Result<void> CheckSchema(const Json& document) {
  ASSIGN_OR_RETURN(const auto errors, schema::CheckSchema("loadline/case.json", document));
  if (errors.empty()) return {};
  const std::string& pointer = errors.front().pointer;
  return Failure(pointer + (pointer.empty() ? "" : ": ") + errors.front().message,
                 "conformance/INTERPRETING.md says what a case may have");
}

}  // namespace

Result<std::vector<Case>> ParseCases(const std::string& file, std::string_view text,
                                     Origin origin) {
  ASSIGN_OR_RETURN(const validator::Document document, ParseWithPlaces(file, text));
  const auto at = [&](const std::string& pointer, Error error) {
    return AtPlace(file, document, pointer, std::move(error));
  };
  StrictObject object(*document.root(), "");
  if (object.Number("schemaVersion").value_or(1) != 1)
    object.Complain("/schemaVersion", "this program knows version 1");
  const Json* declarations = object.Array("cases");
  if (declarations == nullptr) object.Complain("", "\"cases\" is required");
  object.Member("$schema");
  if (auto finished = object.Finish(); !finished) return at("", std::move(finished).error());
  std::vector<Case> cases;
  for (size_t i = 0; i < declarations->size(); ++i) {
    const std::string pointer = "/cases/" + std::to_string(i);
    auto parsed = ParseCase((*declarations)[i]);
    if (parsed && origin == Origin::kForeign) {
      if (auto checked = CheckForeign(*parsed); !checked) parsed = std::move(checked).error();
    }
    if (!parsed) return at(pointer, std::move(parsed).error());
    for (Case& one : *parsed) {
      one.file = file;
      if (origin == Origin::kForeign) one.file = PlaceOf(file, document, pointer);
      auto by_exec = ByExec(one);
      cases.push_back(std::move(one));
      if (by_exec) cases.push_back(std::move(*by_exec));
    }
  }
  // Last, because what is said above is said in better words.
  if (origin == Origin::kForeign) {
    if (auto checked = CheckSchema(*document.root()); !checked)
      return at("", std::move(checked).error());
  }
  return cases;
}

Result<std::vector<Case>> LoadCases(const std::vector<std::string>& directories) {
  std::vector<Case> cases;
  const Origin origin = directories.empty() ? Origin::kOwn : Origin::kForeign;
  const auto add = [&](const std::string& file, std::string_view text) -> Result<void> {
    ASSIGN_OR_RETURN(std::vector<Case> parsed, ParseCases(file, text, origin));
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
  std::stable_sort(cases.begin(), cases.end(),
                   [](const Case& a, const Case& b) { return a.id < b.id; });
  for (size_t i = 1; i < cases.size(); ++i) {
    if (cases[i - 1].id != cases[i].id) continue;
    return Failure(ErrorKind::kUsage,
                   cases[i].file + ": " + cases[i].id + " is declared a second time",
                   "the first is " + cases[i - 1].file);
  }
  return cases;
}

}  // namespace loadline::conformance
