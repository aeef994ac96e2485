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
  // What a process of exec is told after that, if the candidate has any.
  std::vector<nlohmann::json> messages_by_exec;
  std::vector<std::pair<int, int>> descriptors;  // {ours, number} that the candidate inherits
  bool terminal = false;  // there is a console socket, for a process that has a terminal
  // Looks at it from the outside while it runs; what it sees goes to the outcome.
  std::function<Result<nlohmann::json>(const Container&)> look;
};

struct Outcome {
  std::string what;      // was tried, for messages; may be empty
  bool refused = false;  // by create or by start
  std::string why;       // what the candidate said
  std::vector<nlohmann::json> answers;
  std::vector<nlohmann::json> answers_by_exec;       // none: it was refused, or there is no exec
  nlohmann::json seen;                               // by `look`
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
