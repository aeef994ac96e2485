// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/context.h"

#include <signal.h>

#include <cstdlib>
#include <string_view>

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

// What was read is kept over the clone, by which nothing of it changes.
std::optional<uint64_t> OwnSet(std::string_view name) {
  static const auto status = ReadRecord("/proc/self/status");
  const size_t at = status.has_value() ? status->find(name) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(status->c_str() + at + name.size(), nullptr, 16);
}

// Handlers end with the exec; what the caller ignored would stay ignored.
void ResetSignals() {
  uint64_t ignored = ~uint64_t{0};
  if (const auto set = OwnSet("SigIgn:")) ignored = *set;
  for (int number = 1; number < NSIG; ++number) {
    if ((ignored >> (number - 1) & 1) != 0) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace loadline::runtime
