// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/context.h"

#include <signal.h>

namespace loadline::runtime {

Result<Context> LoadContext(const std::string& root, const std::string& id) {
  Context context;
  ASSIGN_OR_RETURN(context.container, LoadContainer(root, id));
  context.state_directory = root + "/" + id;
  ASSIGN_OR_RETURN(context.config,
                   ReadConfig(context.state_directory + "/config.json", context.container.bundle));
  context.pid = context.container.pid;
  return context;
}

void ResetSignals() {
  for (int signal_number = 1; signal_number < NSIG; ++signal_number) signal(signal_number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace loadline::runtime
