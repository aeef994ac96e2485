// SPDX-License-Identifier: Apache-2.0
// loadline lab: a command in a throw-away machine.
#include "cli/commands.h"
#include "cli/output.h"

namespace loadline::cli {

int RunInLab(const lab::LabOptions& options) {
  auto status = lab::RunLab(options);
  if (status.has_value()) return *status;
  const bool not_here = status.error().number == lab::kNotHere;
  return Complain(status.error(), not_here ? kCannotJudge : kOurDefect);
}

}  // namespace loadline::cli
