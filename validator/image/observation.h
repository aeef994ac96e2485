// SPDX-License-Identifier: Apache-2.0
// Observation: what somebody who reads content found, before it is known where that is to be said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadline::validator {

struct Observation {
  std::string_view rule;
  std::string message;
  std::string hint;
};

// A hostile archive can have as many faults as entries: the first hundred are kept.
class Observations {
 public:
  void Add(std::string_view rule, std::string message, std::string hint = "") {
    if (found_.size() < 100) found_.push_back({rule, std::move(message), std::move(hint)});
  }
  const std::vector<Observation>& found() const { return found_; }

 private:
  std::vector<Observation> found_;
};

}  // namespace loadline::validator
