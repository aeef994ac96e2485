// SPDX-License-Identifier: Apache-2.0
// Trial: one operation with one fault, and which promise it broke.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/batteries/faults/operations.h"
#include "conformance/batteries/faults/point.h"
#include "conformance/batteries/faults/scene.h"

namespace loadline::conformance::faults {

// What is promised, by how the operation ended.
enum class Promise {
  kSuccess,  // it succeeded all the same: what it made is whole, and leaves nothing in the end
  kError,    // it said that it failed: nothing is left, and state tells the truth
  kKilled,   // it was killed: one delete --force leaves nothing, and its id can be used again
};

struct Trial {
  Promise promise = Promise::kError;
  bool hangs = false;
  bool done = false;               // the fault came to pass
  std::vector<std::string> wrong;  // in words
  std::string said;                // how the operation ended
  nlohmann::json commands;         // the candidate's calls
  std::vector<HeardCall> calls;    // of the operation, as far as they were watched
};

// Without a point: nothing goes wrong, and all calls are heard. An error of the candidate when what
// stands before the operation fails. The scene is clean afterwards.
Result<Trial> TryPoint(Scene& scene, const Operation& operation, const std::optional<Point>& point);

// The parts of it, for those who let something else go wrong. They add to what is wrong.
Result<void> JudgeSuccess(Scene& scene, const Operation& operation, Trial& trial);
Result<void> JudgeError(Scene& scene, const Operation& operation, Trial& trial);
Result<void> JudgeKilled(Scene& scene, Trial& trial);
// By how the call of an operation ended, and then its end.
Result<Trial> JudgeCall(Scene& scene, const Operation& operation, const Call& call);

}  // namespace loadline::conformance::faults
