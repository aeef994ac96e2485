// SPDX-License-Identifier: Apache-2.0
// Faults that cannot be survived, and why: the only ones that may leave something wrong.
#pragma once

#include <string_view>

#include "reference-runtime/faults/tracer.h"

namespace loadline::faults {

// Empty: it has to be survived.
std::string_view ReasonFor(std::string_view operation, FaultKind kind, const Trace& trace);

}  // namespace loadline::faults
