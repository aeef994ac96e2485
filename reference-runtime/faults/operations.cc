// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/operations.h"

#include <algorithm>

namespace loadline::faults {
namespace {

const std::vector<OperationUnderFault> kOperations = {
    {"create", {}, {"create"}, 0, {"created"}, {"none"}, true},
    // A hook that fails takes the container to its end.
    {"start", {"create"}, {"start", "VICTIM"}, 0, {"running"}, {"created", "stopped", "none"}},
    {"exec",
     {"create", "start"},
     {"exec", "VICTIM", "/bin/payload", "exit", "7"},
     7,
     {"running"},
     {"running"}},
    {"kill",
     {"create", "start"},
     {"kill", "VICTIM", "KILL"},
     0,
     {"stopped"},
     {"running", "stopped"}},
    {"delete", {"create", "start", "kill"}, {"delete", "VICTIM"}, 0, {"none"}, {"stopped", "none"}},
    {"force-delete",
     {"create", "start"},
     {"delete", "--force", "VICTIM"},
     0,
     {"none"},
     {"running", "stopped", "none"}},
    {"run",
     {},
     {"run", "--detach", "--bundle", "BUNDLE", "VICTIM"},
     0,
     {"running"},
     {"none"},
     true},
    {"pause", {"create", "start"}, {"pause", "VICTIM"}, 0, {"paused"}, {"running", "paused"}},
    {"resume",
     {"create", "start", "pause"},
     {"resume", "VICTIM"},
     0,
     {"running"},
     {"running", "paused"}},
    {"update",
     {"create", "start"},
     {"update", "--pids-limit", "32", "VICTIM"},
     0,
     {"running"},
     {"running"}},
};

}  // namespace

const std::vector<OperationUnderFault>& Operations() { return kOperations; }

const OperationUnderFault* FindOperation(std::string_view name) {
  const auto found =
      std::find_if(kOperations.begin(), kOperations.end(),
                   [name](const OperationUnderFault& operation) { return operation.name == name; });
  return found == kOperations.end() ? nullptr : &*found;
}

}  // namespace loadline::faults
