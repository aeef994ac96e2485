// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/operations.h"

namespace loadline::conformance::faults {

const std::vector<Operation>& Operations() {
  static const std::vector<Operation> operations = {
      // oci-runtime/runtime/errors: as if it had never been attempted.
      {"create", {}, {"created"}, {"none"}, {}},
      // What start runs may have ended the container before it was known that it failed.
      {"start", {"create"}, {"running"}, {"created", "stopped", "none"}, {}},
      {"exec", {"create", "start"}, {"running"}, {"running"}, {"verb-exec"}},
      {"kill", {"create", "start"}, {"stopped"}, {"running", "stopped"}, {}},
      // delete may end half way, so that another one has to follow.
      {"delete", {"create", "start", "kill"}, {"none"}, {"stopped", "none"}, {}},
  };
  return operations;
}

}  // namespace loadline::conformance::faults
