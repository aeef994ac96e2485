// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a case that is well formed: it asks for what nobody has.
#pragma once

#include "base/result.h"
#include "conformance/harness/case.h"

namespace loadline::conformance {

// Needs and placeholders that nobody knows, a patch that does not apply. An error names case and
// pointer.
Result<void> CheckCase(const Case& one);

}  // namespace loadline::conformance
