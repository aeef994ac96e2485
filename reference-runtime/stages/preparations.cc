// SPDX-License-Identifier: Apache-2.0
// What create does before there is a container process, so that its errors cost nothing to undo.
#include <nlohmann/json.hpp>

#include "reference-runtime/message.h"
#include "reference-runtime/seccomp_cache.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {

// oci-runtime/config/process/terminal
Result<void> ConnectConsole(Context& context) {
  const bool terminal = context.config.process && context.config.process->terminal;
  if (context.console_connection) return {};  // run made one of its own
  if (terminal && context.console_socket.empty())
    return Failure("process.terminal is true and nobody takes the terminal",
                   "pass --console-socket");
  if (!terminal && !context.console_socket.empty())
    return Failure("--console-socket was passed and process.terminal is false",
                   "leave out one of them");
  if (!terminal) return {};
  ASSIGN_OR_RETURN(context.console_connection, ConnectTo(context.console_socket));
  return {};
}

Result<void> CompileSeccomp(Context& context) {
  if (!context.config.linux_spec.seccomp) return {};
  ASSIGN_OR_RETURN(context.seccomp,
                   CompileFilter(*context.config.linux_spec.seccomp, SeccompCache::Folder()));
  return {};
}

}  // namespace loadline::runtime
