// SPDX-License-Identifier: Apache-2.0
// Chance: what two observations do not agree on that were made alike, with nothing done in between.
// That a third one differs there is no evidence of what was done to it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace loadline::conformance {

class Chance {
 public:
  Chance() = default;  // nothing is left to it
  Chance(nlohmann::json one, nlohmann::json other);

  // What the two do not agree on, as Differences() says it.
  const std::vector<std::string>& differences() const { return differences_; }

  // The document with a mark in place of each value that is left to chance. That there is a value,
  // and of what type, still counts; names that not both have count no more.
  nlohmann::json Marked(const nlohmann::json& document) const;

  // Whether the document has other values than both in all these places, as with an id that each
  // gets for itself. What is seen again comes and goes: that is a race, and no name.
  bool IsNewIn(const nlohmann::json& document) const;

 private:
  nlohmann::json one_;
  nlohmann::json other_;
  std::vector<std::string> differences_;
};

}  // namespace loadline::conformance
