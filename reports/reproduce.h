// SPDX-License-Identifier: Apache-2.0
// How to see a result again.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// The command that judges this alone, quoted for a shell: what a report says of the candidate, the
// version and the caller is in it. `candidate` is of the report.
std::string CommandFor(const Report& report, const Subject& candidate, const CheckResult& result);

// A word of a shell's command line, quoted where it needs to be.
std::string ShellWord(const std::string& text);

}  // namespace loadline::reports
