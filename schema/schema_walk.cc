// SPDX-License-Identifier: Apache-2.0
#include "schema/schema_walk.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace loadline::schema {
namespace {

using Json = nlohmann::json;

const Json* Follow(const Json& schema, const Json* node) {
  // Our schemas refer at most a few steps; the bound keeps a mistake from turning into a loop.
  for (int step = 0; node != nullptr && node->is_object() && node->contains("$ref") && step < 16;
       ++step) {
    const Json::json_pointer target((*node)["$ref"].get<std::string>().substr(1));
    node = schema.contains(target) ? &schema[target] : nullptr;
  }
  return node;
}

const Json* Member(const Json& node, const std::string& token) {
  if (const auto properties = node.find("properties");
      properties != node.end() && properties->contains(token))
    return &(*properties)[token];
  if (const auto items = node.find("items"); items != node.end() && items->is_object())
    return &*items;
  if (const auto other = node.find("additionalProperties");
      other != node.end() && other->is_object())
    return &*other;
  return nullptr;
}

std::string Shortened(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr size_t kEnough = 60;
  if (text.size() <= kEnough) return text;
  size_t end = kEnough;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "…";
}

std::string Listed(const Json& values) {
  std::string text;
  for (const Json& value : values)
    text +=
        (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

std::string TypeWords(const Json& type) {
  if (type.is_array()) {
    std::string words;
    for (const Json& one : type) words += (words.empty() ? "" : " or ") + TypeWords(one);
    return words;
  }
  const std::string name = type;
  if (name == "null") return name;
  if (name == "object" || name == "array" || name == "integer") return "an " + name;
  return "a " + name;
}

// "Missing required property 'path'." names the property.
std::string Quoted(const std::string& text) {
  const size_t begin = text.find('\'');
  const size_t end = text.find('\'', begin + 1);
  return begin == std::string::npos || end == std::string::npos
             ? ""
             : text.substr(begin + 1, end - begin - 1);
}

// The name at the end of valijson's complaint about a property that no keyword allows; empty when
// it complains of something else. The name is foreign and may hold quotes itself.
std::string UnknownProperty(const std::string& description) {
  constexpr std::string_view kBefore = "'additionalProperties' constraints: '";
  const size_t begin = description.find(kBefore);
  const size_t end = description.rfind('\'');
  if (begin == std::string::npos || end < begin + kBefore.size()) return "";
  return description.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

bool TypeMatches(const Json& type, const Json& value) {
  if (type.is_array()) {
    for (const Json& one : type) {
      if (TypeMatches(one, value)) return true;
    }
    return false;
  }
  const std::string name = type;
  if (name == "integer") return value.is_number_integer();  // 1.0 is none: Go refuses it
  if (name == "number") return value.is_number();
  return name == value.type_name();
}

std::string DescribeBound(const Json& node, const Json& value) {
  const std::string found = Shortened(value);
  if (node.contains("minimum") && value < node["minimum"])
    return found + " is below the smallest value, " + node["minimum"].dump();
  if (node.contains("maximum") && value > node["maximum"])
    return found + " is above the largest value, " + node["maximum"].dump();
  return "";
}

void Walk(const Json& schema, const Json* node, const Json& value, const std::string& pointer,
          std::vector<SchemaError>& errors) {
  node = Follow(schema, node);
  if (node == nullptr || !node->is_object()) return;
  if (value.is_number_unsigned() &&
      value.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    const auto maximum = node->find("maximum");
    // A bound above the signed range is a double here, and no smaller than any integer of the text.
    if (maximum != node->end() && maximum->is_number_integer())
      errors.push_back({pointer, value.dump() + " is above the largest value, " + maximum->dump()});
    return;
  }
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) {
    std::string token;
    for (const char c : key) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    Walk(schema, Member(*node, key), member, pointer + "/" + token, errors);
  }
}

}  // namespace

const Json* SubschemaAt(const Json& schema, const std::string& pointer) {
  const Json* node = Follow(schema, &schema);
  Json::json_pointer rest(pointer);
  std::vector<std::string> tokens;
  for (; !rest.empty(); rest.pop_back()) tokens.push_back(rest.back());
  for (auto token = tokens.rbegin(); token != tokens.rend() && node != nullptr; ++token) {
    node = node->is_object() ? Follow(schema, Member(*node, *token)) : nullptr;
  }
  return node;
}

std::string Describe(const Json& schema, const Json& document, const std::string& pointer,
                     const std::string& description) {
  const Json* node = SubschemaAt(schema, pointer);
  const Json::json_pointer place(pointer);
  const Json* value = document.contains(place) ? &document[place] : nullptr;
  if (description.starts_with("Missing required property"))
    return "the property \"" + Quoted(description) + "\" is missing";
  if (const std::string unknown = UnknownProperty(description); !unknown.empty())
    return "there is no property \"" + unknown + "\" here";
  if (node == nullptr || value == nullptr)
    return "does not have the form that the standard gives it";
  if (node->contains("type") && !TypeMatches((*node)["type"], *value))
    return Shortened(*value) + " is not " + TypeWords((*node)["type"]);
  if (const auto words = node->find("description"); words != node->end())
    return Shortened(*value) + " is not " + words->get<std::string>();
  if (description == "pattern")
    return Shortened(*value) + " does not match " + node->value("x-pattern", "its pattern");
  if (node->contains("enum"))
    return Shortened(*value) + " is not one of " + Listed((*node)["enum"]);
  if (value->is_number()) {
    if (std::string bound = DescribeBound(*node, *value); !bound.empty()) return bound;
  }
  if (value->is_array() && node->contains("minItems"))
    return "the list has fewer than " + (*node)["minItems"].dump() + " elements";
  if (value->is_string() && node->contains("minLength"))
    return "the text is shorter than " + (*node)["minLength"].dump() + " characters";
  return Shortened(*value) + " does not have the form that the standard gives it";
}

std::vector<SchemaError> CheckLargeIntegers(const Json& schema, const Json& document) {
  std::vector<SchemaError> errors;
  Walk(schema, &schema, document, "", errors);
  return errors;
}

}  // namespace loadline::schema
