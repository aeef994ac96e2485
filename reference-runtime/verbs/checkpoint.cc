// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {

Result<int> RunCheckpoint(const CommandLine&) { return Failure("checkpoint is not supported"); }

Result<int> RunRestore(const CommandLine&) { return Failure("restore is not supported"); }

}  // namespace loadline::runtime
