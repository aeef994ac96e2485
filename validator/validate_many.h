// SPDX-License-Identifier: Apache-2.0
// Judges many paths with several workers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "validator/validate.h"

namespace loadline::validator {

struct Task {
  std::string path;
  ValidateOptions options;
};

// Calls `done` with the number of each task and its judgement, in the order of the tasks and never
// twice at once. Judgements that have to wait for an earlier one are few: memory does not grow with
// the number of tasks.
using TaskDone = std::function<void(size_t task, Result<Judgement>)>;
void ValidateMany(const std::vector<Task>& tasks, int workers, const TaskDone& done);

}  // namespace loadline::validator
