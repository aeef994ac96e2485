// SPDX-License-Identifier: Apache-2.0
// Wrongs: what many trials found, by promise, as verdicts with capped evidence.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "conformance/batteries/faults/trial.h"
#include "conformance/batteries/findings.h"

namespace loadline::conformance::faults {

class Wrongs {
 public:
  // `what` names the trial: a point, or a level of a condition.
  void Add(const std::string& what, const Trial& trial);
  // The verdict on the trials that were judged by this promise; inconclusive when there were none.
  // `again` is how to repeat one: it is followed by its name.
  void Judge(Findings& findings, const std::string& check, Promise promise,
             const nlohmann::json& about, const std::string& again) const;
  size_t Count(Promise promise) const;
  size_t hangs() const { return hangs_; }
  size_t wrong() const { return wrong_; }

 private:
  struct Kind {
    size_t tried = 0;
    size_t wrong = 0;
    std::string first;  // in words
    nlohmann::json shown = nlohmann::json::array();
  };
  std::map<Promise, Kind> kinds_;
  size_t hangs_ = 0;
  size_t wrong_ = 0;
};

}  // namespace loadline::conformance::faults
