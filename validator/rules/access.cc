// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/access.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"

namespace loadline::validator {

using Json = nlohmann::json;

namespace {

// The first token of a pointer, which is taken off it. Hardly any has an escape in it.
std::string_view TakeToken(std::string_view& pointer, std::string& unescaped) {
  const size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view token = pointer.substr(1, end - 1);
  pointer.remove_prefix(end);
  if (token.find('~') == std::string_view::npos) return token;
  unescaped.clear();
  for (size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    unescaped += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return unescaped;
}

const Json* Element(const Json& array, std::string_view token) {
  size_t index = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = read.ec == std::errc() && read.ptr == token.data() + token.size();
  return whole && index < array.size() ? &array[index] : nullptr;
}

}  // namespace

// Every rule looks at several places: nothing is allocated on the way there.
const Json* At(const Json& document, std::string_view pointer) {
  const Json* value = &document;
  std::string unescaped;
  while (!pointer.empty() && value != nullptr) {
    const std::string_view token = TakeToken(pointer, unescaped);
    if (value->is_object()) {
      const auto& members = value->get_ref<const Json::object_t&>();
      const auto found = members.find(token);
      value = found == members.end() ? nullptr : &found->second;
    } else {
      value = value->is_array() ? Element(*value, token) : nullptr;
    }
  }
  return value;
}

const Json* Get(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

namespace {

std::optional<std::string> AsString(const Json* value) {
  return value != nullptr && value->is_string() ? std::optional(value->get<std::string>())
                                                : std::nullopt;
}

std::optional<Whole> AsWhole(const Json* value) {
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned()) return static_cast<Whole>(value->get<uint64_t>());
  return static_cast<Whole>(value->get<int64_t>());
}

const Json* FindNamespace(const Json& config, std::string_view type) {
  const Json* list = At(config, "/linux/namespaces");
  if (list == nullptr || !list->is_array()) return nullptr;
  for (const Json& entry : *list) {
    if (String(entry, "type") == type) return &entry;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> StringAt(const Json& document, std::string_view pointer) {
  return AsString(At(document, pointer));
}
std::optional<Whole> WholeAt(const Json& document, std::string_view pointer) {
  return AsWhole(At(document, pointer));
}
std::optional<std::string> String(const Json& object, const char* key) {
  return AsString(Get(object, key));
}
std::optional<Whole> Integer(const Json& object, const char* key) {
  return AsWhole(Get(object, key));
}

bool IsTrue(const Json& document, std::string_view pointer) {
  const Json* value = At(document, pointer);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::vector<std::string> Strings(const Json& document, std::string_view pointer) {
  std::vector<std::string> strings;
  ForEach(document, pointer, [&](const Json& element, const std::string&) {
    if (element.is_string()) strings.push_back(element);
  });
  return strings;
}

std::vector<std::string_view> StringViews(const Json& document, std::string_view pointer) {
  std::vector<std::string_view> strings;
  const Json* list = At(document, pointer);
  if (list == nullptr || !list->is_array()) return strings;
  strings.reserve(list->size());
  for (const Json& element : *list) {
    if (element.is_string()) strings.push_back(element.get_ref<const std::string&>());
  }
  return strings;
}

void ForEach(const Json& document, std::string_view pointer,
             const std::function<void(const Json&, const std::string&)>& visit) {
  const Json* list = At(document, pointer);
  if (list == nullptr || !list->is_array()) return;
  for (size_t i = 0; i < list->size(); ++i) visit((*list)[i], Join(pointer, i));
}

void ForEachMember(
    const Json& document, std::string_view pointer,
    const std::function<void(const std::string&, const Json&, const std::string&)>& visit) {
  const Json* object = At(document, pointer);
  if (object == nullptr || !object->is_object()) return;
  for (const auto& [key, value] : object->items()) visit(key, value, Join(pointer, key));
}

namespace {

void VisitAt(const Json& value, std::string_view pattern, const std::string& pointer,
             const std::function<void(const Json&, const std::string&)>& visit) {
  if (pattern.empty()) return visit(value, pointer);
  const size_t end = pattern.find('/', 1);
  const std::string_view token = pattern.substr(1, end == std::string_view::npos ? end : end - 1);
  const std::string_view rest = end == std::string_view::npos ? "" : pattern.substr(end);
  if (token == "*" && value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) VisitAt(value[i], rest, Join(pointer, i), visit);
  } else if (const Json* member = Get(value, std::string(token).c_str())) {
    VisitAt(*member, rest, Join(pointer, token), visit);
  }
}

}  // namespace

void ForEachAt(const Json& document, std::string_view pattern,
               const std::function<void(const Json&, const std::string&)>& visit) {
  VisitAt(document, pattern, "", visit);
}

std::string Text(Whole number) {
  if (number < 0) return "-" + Text(-number);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
    number /= 10;
  } while (number > 0);
  return digits;
}

bool HasNamespace(const Json& config, std::string_view type) {
  return FindNamespace(config, type) != nullptr;
}

bool MakesNamespace(const Json& config, std::string_view type) {
  const Json* entry = FindNamespace(config, type);
  return entry != nullptr && String(*entry, "path").value_or("").empty();
}

}  // namespace loadline::validator
