// SPDX-License-Identifier: Apache-2.0
// StrictObject: reads the members of a JSON object and complains about what is wrong or left over.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::conformance {

// Collects the first error instead of returning one per call: read everything, then ask Finish().
class StrictObject {
 public:
  // `where` begins every message, for example a file and a JSON pointer.
  StrictObject(const nlohmann::json& value, std::string where);

  std::string Text(const std::string& key, std::string fallback);
  std::string RequiredText(const std::string& key);
  bool Flag(const std::string& key, bool fallback);
  std::optional<int64_t> Number(const std::string& key);
  std::vector<std::string> Texts(const std::string& key);
  // The member if it is there and of the type, else null.
  const nlohmann::json* Member(const std::string& key);
  const nlohmann::json* Object(const std::string& key);
  const nlohmann::json* Array(const std::string& key);

  void Complain(const std::string& pointer, std::string message);
  // What a part of it ended with, whose complaints say where they are.
  void Take(const Result<void>& finished);
  // The first complaint; else a complaint about a key that nobody read.
  Result<void> Finish() const;

 private:
  const nlohmann::json& value_;
  std::string where_;
  std::set<std::string> read_;
  std::optional<Error> complaint_;
};

}  // namespace loadline::conformance
