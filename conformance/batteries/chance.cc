// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/chance.h"

#include <string_view>
#include <utility>

#include "conformance/batteries/normalised.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr const char* kMark = "(left to chance)";

bool OfOneType(const json& one, const json& other) {
  return std::string_view(one.type_name()) == other.type_name();
}

bool AreObjects(const json& one, const json& other, const json& document) {
  return one.is_object() && other.is_object() && document.is_object();
}

bool AreArraysOfOneSize(const json& one, const json& other, const json& document) {
  return one.is_array() && other.is_array() && document.is_array() && one.size() == other.size() &&
         one.size() == document.size();
}

bool HaveTheSameNames(const json& one, const json& other) {
  for (const auto& member : one.items()) {
    if (!other.contains(member.key())) return false;
  }
  return one.size() == other.size();
}

json Mark(const json& one, const json& other, const json& document) {
  if (one == other) return document;
  if (AreObjects(one, other, document)) {
    const bool names_count = HaveTheSameNames(one, other);
    json marked = json::object();
    for (const auto& [name, value] : document.items()) {
      if (one.contains(name) && other.contains(name))
        marked[name] = Mark(one[name], other[name], value);
      else if (names_count)
        marked[name] = value;
    }
    return marked;
  }
  if (AreArraysOfOneSize(one, other, document)) {
    json marked = json::array();
    for (size_t i = 0; i < document.size(); ++i)
      marked.push_back(Mark(one[i], other[i], document[i]));
    return marked;
  }
  const bool of_their_type = OfOneType(one, document) || OfOneType(other, document);
  return of_their_type ? json(kMark) : document;
}

bool IsNew(const json& one, const json& other, const json& document) {
  if (one == other) return true;
  if (AreObjects(one, other, document)) {
    for (const auto& [name, value] : document.items()) {
      if (one.contains(name) != other.contains(name)) return false;
      if (one.contains(name) && !IsNew(one[name], other[name], value)) return false;
    }
    return true;
  }
  if (AreArraysOfOneSize(one, other, document)) {
    for (size_t i = 0; i < document.size(); ++i) {
      if (!IsNew(one[i], other[i], document[i])) return false;
    }
    return true;
  }
  return OfOneType(one, document) && OfOneType(other, document) && document != one &&
         document != other;
}

}  // namespace

Chance::Chance(json one, json other)
    : one_(std::move(one)), other_(std::move(other)), differences_(Differences(one_, other_)) {}

json Chance::Marked(const json& document) const { return Mark(one_, other_, document); }

bool Chance::IsNewIn(const json& document) const { return IsNew(one_, other_, document); }

}  // namespace loadline::conformance
