// SPDX-License-Identifier: Apache-2.0
// Selection: which cases and which checks of the batteries a certification is asked for.
#pragma once

#include <string>
#include <vector>

#include "conformance/certify.h"
#include "conformance/harness/case.h"
#include "conformance/harness/run_batteries.h"

namespace loadline::conformance {

struct Selection {
  std::vector<const Case*> cases;
  std::vector<ChosenRun> runs;
};

// EINVAL when a name or a glob of the options means nothing.
Result<Selection> Select(const std::vector<Case>& cases, const std::vector<Battery>& batteries,
                         const CertifyOptions& options);

// Whether a battery belongs to what the options ask for.
bool IsWanted(const Battery& battery, const CertifyOptions& options);

// The ids of all that a result can be of: cases, checks, and what stands for all runs together.
std::vector<std::string> KnownIds(const std::vector<Case>& cases,
                                  const std::vector<Battery>& batteries);

}  // namespace loadline::conformance
