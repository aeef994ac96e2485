// SPDX-License-Identifier: Apache-2.0
// Trial: a bundle with something hostile in it, and what the candidate made of it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "conformance/batteries/isolation/sentinels.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

struct Trial {
  nlohmann::json config = nlohmann::json::object();  // changes of the base configuration
  // Makes the root filesystem hostile; gets its path. None: it is as it is.
  std::function<Result<void>(const std::string& rootfs)> prepare;
  // What the probe is told once it runs, if it does; all answers go to the outcome.
  std::vector<nlohmann::json> messages;
  std::vector<std::pair<int, int>> descriptors;  // {ours, number} that the candidate inherits
};

struct Outcome {
  bool refused = false;  // by create or by start
  std::string why;       // what the candidate said
  std::vector<nlohmann::json> answers;
  nlohmann::json changes = nlohmann::json::array();  // of the sentinels
  nlohmann::json ToJson() const;
};

// Runs the trial and removes the container. A candidate that hangs is its error.
Result<Outcome> Try(Rig& rig, const Trial& trial, const Sentinels& sentinels);

// The verdict on a trial: passed when it was refused, or when `protected_by` finds nothing in the
// answers; failed when a sentinel changed. `protected_by` returns what is wrong, or nothing.
void JudgeTrial(Findings& findings, const std::string& check, const Outcome& outcome,
                const std::function<std::string(const Outcome&)>& protected_by);

// A probe that does not find its weakness where there is one says nothing: an error of ours.
Result<void> CheckControl(bool found, const std::string& what);

}  // namespace loadline::conformance::isolation
