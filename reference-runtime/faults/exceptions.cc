// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/exceptions.h"

namespace loadline::faults {

std::string_view ReasonFor(std::string_view operation, FaultKind kind, const Trace& trace) {
  (void)operation, (void)kind, (void)trace;
  return "";
}

}  // namespace loadline::faults
