// SPDX-License-Identifier: Apache-2.0
#include "validator/schema_requirements.h"

#include <nlohmann/json.hpp>
#include <set>

#include "schema/files.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

// {"everywhere": [ids], "places": {"/process/cwd": {"missing": [ids], "wrong": [ids]}}}. A '*'
// stands for one token of the pointer. A missing property is named behind the object that lacks it.
Json PlacesOf(std::string_view schema) {
  const auto text = schema::SchemaFile("places/" + std::string(schema));
  return text ? Json::parse(*text)
              : Json{{"everywhere", Json::array()}, {"places", Json::object()}};
}

bool Matches(std::string_view pattern, std::string_view pointer) {
  while (!pattern.empty() || !pointer.empty()) {
    if (pattern.empty() || pointer.empty()) return false;
    const size_t pattern_end = pattern.find('/', 1);
    const size_t pointer_end = pointer.find('/', 1);
    const std::string_view wanted = pattern.substr(0, pattern_end);
    if (wanted != "/*" && wanted != pointer.substr(0, pointer_end)) return false;
    pattern.remove_prefix(wanted.size());
    pointer.remove_prefix(pointer_end == std::string_view::npos ? pointer.size() : pointer_end);
  }
  return true;
}

std::vector<std::string> Find(const Json& places, std::string_view place, const char* fault) {
  for (const auto& row : places.items()) {
    if (Matches(row.key(), place)) return row.value().value(fault, std::vector<std::string>());
  }
  return {};
}

// The list of which a place is an element; empty when it is none.
std::string_view ListOf(std::string_view place) {
  const size_t slash = place.rfind('/');
  if (slash == std::string_view::npos) return "";
  const size_t other = place.find_first_not_of("0123456789", slash + 1);
  return other == std::string_view::npos ? place.substr(0, slash) : "";
}

}  // namespace

std::vector<std::string> RequirementsOfSchemaError(std::string_view schema,
                                                   const std::string& pointer,
                                                   const std::string& message) {
  const Json table = PlacesOf(schema);
  const bool missing = message.ends_with("is missing");
  std::string place = pointer;
  if (missing) {  // "the property \"cwd\" is missing" at /process speaks of /process/cwd
    const size_t begin = message.find('"') + 1;
    place += "/" + message.substr(begin, message.find('"', begin) - begin);
  }
  std::vector<std::string> ids = Find(table["places"], place, missing ? "missing" : "wrong");
  if (ids.empty() && !missing) ids = Find(table["places"], ListOf(place), "wrong");
  for (const Json& id : table["everywhere"]) ids.push_back(id);
  return ids;
}

std::vector<std::string> RequirementsOfSchema(std::string_view schema) {
  const Json table = PlacesOf(schema);
  std::set<std::string> ids;
  for (const Json& id : table["everywhere"]) ids.insert(id.get<std::string>());
  for (const Json& place : table["places"]) {
    for (const Json& fault : place) {
      for (const Json& id : fault) ids.insert(id.get<std::string>());
    }
  }
  return {ids.begin(), ids.end()};
}

}  // namespace loadline::validator
