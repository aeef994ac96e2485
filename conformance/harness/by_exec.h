// SPDX-License-Identifier: Apache-2.0
// Both ends: what a case expects of the container's first process is expected of a process that
// exec adds to it as well.
#pragma once

#include <optional>

#include "conformance/harness/case.h"

namespace loadline::conformance {

// The case about exec, of the same level, that follows from a case, when one does: what is expected
// lies in what the probe sees, holds for any process of the container, and the steps are the
// default ones. The steps of the given case get an exec that is none of its business, so that both
// share a run.
std::optional<Case> ByExec(Case& the_case);

}  // namespace loadline::conformance
