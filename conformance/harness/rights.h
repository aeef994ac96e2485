// SPDX-License-Identifier: Apache-2.0
// Rights: what a caller without any cannot be given, though a case asks for it.
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/caller.h"
#include "conformance/harness/run.h"

namespace loadline::conformance {

// Why the caller cannot meet one of the needs, whatever this host has; empty when it can.
std::string WhyNotNeeds(const std::vector<std::string>& needs, Caller caller);

// Why the caller cannot have what the runs of a case ask for: by their configuration, fixtures and
// steps, and by what is looked at. Empty when nothing stands against it. It is about what the
// kernel, the cell or /etc/subuid refuse, never about a candidate.
std::string WhyNotRuns(const Case& the_case, const std::vector<Run>& runs, Caller caller);

}  // namespace loadline::conformance
