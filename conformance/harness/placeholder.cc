// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/placeholder.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// A value as part of a longer string.
std::string AsText(const json& value) {
  if (const auto* text = value.get_ptr<const std::string*>()) return *text;
  return value.dump();
}

Result<json> ExpandString(const std::string& text, const Placeholders& placeholders) {
  std::string expanded;
  size_t position = 0;
  while (true) {
    const size_t begin = text.find("${", position);
    if (begin == std::string::npos) break;
    const size_t end = text.find('}', begin);
    if (end == std::string::npos) break;
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const auto found = placeholders.values.find(name);
    if (found == placeholders.values.end()) {
      if (!placeholders.keep_unknown)
        return Failure("nothing is known as ${" + name + "}",
                       "INTERPRETING.md lists the placeholders");
      expanded += text.substr(position, end + 1 - position);
    } else {
      if (begin == 0 && end + 1 == text.size()) return json(*found);
      expanded += text.substr(position, begin - position) + AsText(*found);
    }
    position = end + 1;
  }
  return json(expanded + text.substr(position));
}

}  // namespace

Result<json> Expand(const json& value, const Placeholders& placeholders) {
  if (value.is_string()) return ExpandString(value.get_ref<const std::string&>(), placeholders);
  if (value.is_array()) {
    json expanded = json::array();
    for (const json& element : value) {
      ASSIGN_OR_RETURN(json item, Expand(element, placeholders));
      expanded.push_back(std::move(item));
    }
    return expanded;
  }
  if (value.is_object()) {
    json expanded = json::object();
    for (const auto& member : value.items()) {
      ASSIGN_OR_RETURN(const std::string key, ExpandText(member.key(), placeholders));
      ASSIGN_OR_RETURN(expanded[key], Expand(member.value(), placeholders));
    }
    return expanded;
  }
  return json(value);
}

Result<std::string> ExpandText(const std::string& text, const Placeholders& placeholders) {
  ASSIGN_OR_RETURN(const json value, ExpandString(text, placeholders));
  return AsText(value);
}

}  // namespace loadline::conformance
