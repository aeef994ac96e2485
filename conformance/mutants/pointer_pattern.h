// SPDX-License-Identifier: Apache-2.0
// PointerPattern: RFC 6901 pointers that may name many places of a document at once.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::mutants {

// Beside plain reference tokens there are
//   *            every member or element
//   {key=value}  every element that is an object whose string member `key` is `value`
//   {value}      every element that is this string
// The text in braces may hold '/', so that "/mounts/{destination=/proc}/options" can be said.
class PointerPattern {
 public:
  static Result<PointerPattern> Parse(std::string_view text);

  bool Matches(const nlohmann::json& document) const;
  // Removes every place that matches; returns how many there were. The whole document cannot be
  // removed.
  int Drop(nlohmann::json& document) const;
  // Lets `change` have every place that matches; returns how many there were.
  int Apply(nlohmann::json& document, const std::function<void(nlohmann::json&)>& change) const;

 private:
  struct Token {
    enum class Kind { kName, kAny, kMember, kText } kind = Kind::kName;
    std::string key;
    std::string value;  // of kMember and kText
  };
  // A function on one place: the container and the key or index in it. It may erase that place.
  using Visitor = std::function<void(nlohmann::json& container, const nlohmann::json& key)>;
  // Places are visited from the last to the first, so that erasing one leaves the others in place.
  int Visit(nlohmann::json& node, size_t depth, const Visitor& visitor) const;
  static std::vector<nlohmann::json> Keys(const nlohmann::json& node, const Token& token);

  std::vector<Token> tokens_;
};

}  // namespace loadline::mutants
