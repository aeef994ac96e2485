// SPDX-License-Identifier: Apache-2.0
// loadline lab: a command in a throw-away machine.
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"

namespace loadline::cli {

int RunInLab(const lab::LabOptions& options) {
  auto status = lab::RunLab(options);
  if (status.has_value()) return *status;
  return Complain(status.error(), ExitStatusOf(status.error()));
}

}  // namespace loadline::cli
