// SPDX-License-Identifier: Apache-2.0
// How a candidate stands against the faults that runtimes are known to have had, the same in every
// format.
#pragma once

#include <string>
#include <vector>

#include "reports/model.h"
#include "schema/known_faults.h"

namespace loadline::reports {

enum class Stand { kDefends, kDoesNotDefend, kCannotBeShown };
// "defends", "does not defend", "cannot be shown here".
std::string_view ToText(Stand stand);

struct Defence {
  const schema::KnownFault* fault = nullptr;
  Stand stand = Stand::kCannotBeShown;
  std::vector<std::string> results;  // ids: those that failed, or those that could not be judged
};

// Of those faults of which every check was run, by id. A candidate defends when every check of the
// fault passed that it did not declare to lack, and does not when one failed, given that what has
// to work for it works.
std::vector<Defence> JudgeDefences(const Report& report);

// "31 of 40 known faults defended, 2 not, 7 cannot be shown here"; empty when none was looked for.
std::string CountDefences(const std::vector<Defence>& defences);

}  // namespace loadline::reports
