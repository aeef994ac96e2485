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

// Calls `done` for each task, in the order of the tasks and never twice at once. Judgements that
// have to wait for an earlier one are few: memory does not grow with the number of tasks.
void ValidateMany(const std::vector<Task>& tasks, int workers,
                  const std::function<void(const Task&, Result<Judgement>)>& done);

}  // namespace loadline::validator
