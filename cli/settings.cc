// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.h"

#include <fnmatch.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "schema/schema_set.h"
#include "schema/spec_version.h"
#include "validator/names/grammar.h"
#include "validator/subject/kind.h"

namespace loadline::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kName[] = ".loadline.json";

std::string Find() {
  std::error_code error;
  for (auto folder = std::filesystem::current_path(error); !error && !folder.empty();
       folder = folder.parent_path()) {
    if (std::filesystem::is_regular_file(folder / kName, error)) return folder / kName;
    error.clear();
    if (folder == folder.parent_path()) break;
  }
  return "";
}

Result<void> Check(const std::string& file, const nlohmann::json& json) {
  ASSIGN_OR_RETURN(const auto errors, schema::CheckSchema("loadline/settings.json", json));
  if (!errors.empty())
    return Failure(file + ": " + errors[0].pointer + ": " + errors[0].message,
                   "schema/loadline/settings.json says what it may hold");
  const auto check = [&](const nlohmann::json& part) -> Result<void> {
    const std::string kind = part.value("kind", "");
    if (!kind.empty() && !validator::SubjectTypeFromText(kind) && !validator::FindGrammar(kind))
      return Failure(file + ": there is no kind \"" + kind + "\"",
                     "loadline validate --help lists them");
    const std::string spec = part.value("spec", "");
    if (!spec.empty() && !schema::SpecVersion::Parse(spec).has_value())
      return Failure(file + ": \"" + spec + "\" is not a semantic version");
    return {};
  };
  RETURN_IF_ERROR(check(json));
  for (const auto& part : json.value("paths", nlohmann::json::object()))
    RETURN_IF_ERROR(check(part));
  return {};
}

void Take(const Json& from, PathSettings& settings) {
  settings.fail_level = from.value("failLevel", settings.fail_level);
  settings.kind = from.value("kind", settings.kind);
  settings.spec = from.value("spec", settings.spec);
  settings.shallow = from.value("shallow", settings.shallow);
  for (const auto& glob : from.value("ignore", Json::array())) settings.ignore.push_back(glob);
}

}  // namespace

Result<Settings> Settings::Read(const std::string& file) {
  const std::string found = file.empty() ? Find() : file;
  Settings settings;
  if (found.empty()) return settings;
  auto text = ReadFile(found, size_t{1} << 20);
  if (!text.has_value()) return std::move(text).error().Hint("name a file of settings that exists");
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (json.is_discarded()) return Failure(found + " is not JSON");
  RETURN_IF_ERROR(Check(found, json));
  settings.json_ = std::make_shared<Json>(Json::parse(*text));
  settings.folder_ = std::filesystem::absolute(found).parent_path();
  return settings;
}

PathSettings Settings::For(const std::string& path) const {
  PathSettings settings;
  if (!json_) return settings;
  Take(*json_, settings);
  if (!json_->contains("paths")) return settings;
  const std::string relative =
      std::filesystem::absolute(path).lexically_normal().lexically_relative(folder_);
  for (const auto& part : (*json_)["paths"].items()) {
    if (fnmatch(part.key().c_str(), relative.c_str(), 0) == 0) Take(part.value(), settings);
  }
  return settings;
}

}  // namespace loadline::cli
