// SPDX-License-Identifier: Apache-2.0
// Condition: a create where something is scarce or in the way, to one degree after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/batteries/faults/scene.h"
#include "conformance/batteries/faults/wrongs.h"

namespace loadline::conformance::faults {

struct Level {
  std::string name;  // such as "nofile=5"
  Launch launch;
  // What stands before create and is taken away after delete; none: nothing. An error with ENOTSUP
  // says that this host does not have it.
  std::function<Result<void>(Scene& scene)> prepare;
  std::function<void(Scene& scene)> undo;
  std::function<void(Scene& scene)> after = {};  // right after create
};

// Which ends of create are fine, beside that nothing is left.
enum class Wanted {
  kEither,
  kNoticed,  // either; but if no level makes a difference to create, nothing is known
  kSuccess,
  kError
};

// Tries the levels, and says the verdict.
Result<void> TryLevels(Scene& scene, const std::vector<Level>& levels, Wanted wanted,
                       const std::string& check, Findings& findings);

}  // namespace loadline::conformance::faults
