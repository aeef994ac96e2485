// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/context.h"

#include <signal.h>

#include <cstdlib>

#include "base/files.h"

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

// Handlers end with the exec; what the caller ignored would stay ignored.
void ResetSignals() {
  uint64_t ignored = ~uint64_t{0};
  if (const auto status = ReadFile("/proc/self/status"); status.has_value()) {
    const std::string_view name = "SigIgn:";
    const size_t at = status->find(name);
    if (at != std::string::npos)
      ignored = std::strtoull(status->c_str() + at + name.size(), nullptr, 16);
  }
  for (int number = 1; number < NSIG; ++number) {
    if ((ignored >> (number - 1) & 1) != 0) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace loadline::runtime
