// SPDX-License-Identifier: Apache-2.0
// One fault after the other, each with its own container, and what was wrong then.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/faults/operations.h"
#include "reference-runtime/faults/scene.h"
#include "reference-runtime/faults/tracer.h"

namespace loadline::faults {

// Which of the calls go wrong in turn.
struct Selection {
  FaultKind kind = FaultKind::kErrno;
  size_t first = 1;
  size_t step = 1;
  bool every_error = false;  // all errors of each call, not one of them
};

struct FaultReport {
  std::string fault;  // "create #17 openat by the runtime: EMFILE"
  std::vector<std::string> wrong;
};

struct Tally {
  size_t calls = 0;     // of the operation when nothing goes wrong
  size_t faults = 0;    // that came to pass
  size_t survived = 0;  // the operation succeeded all the same
  size_t refused = 0;   // it said what was wrong
  size_t killed = 0;    // it had no chance to
  std::vector<FaultReport> failures;
};

std::string_view KindName(FaultKind kind);
// The calls of an operation that goes well, which are numbered from 1 on.
Result<std::vector<TracedCall>> RecordCalls(const Scene& scene,
                                            const OperationUnderFault& operation);
// An error means that the scene could not be set up.
Result<Tally> RunCampaign(const Scene& scene, const OperationUnderFault& operation,
                          const Selection& selection, bool verbose);

}  // namespace loadline::faults
