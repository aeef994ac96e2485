// SPDX-License-Identifier: Apache-2.0
// loadline/runtime/create/session-keyring: a container must not see the keys of its caller's
// session.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Everything for who has it; for its user what the kernel gives (view, read, link) and search as
// well.
constexpr unsigned long kPermissions = 0x3f000000 | 0x001b0000;

}  // namespace

// A kernel or a caller without keyrings is no error: whoever has no keys has none to hide.
Result<void> JoinSessionKeyringInChild(Context& context) {
  if (!context.container.own_keyring) return {};
  const std::string name = "_ses." + context.container.id;
  const long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.c_str());
  if (keyring >= 0 && syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, kPermissions) != 0)
    return CallError("keyctl", "KEYCTL_SETPERM");
  if (keyring >= 0) return {};
  if (errno != ENOSYS && errno != EPERM && errno != EACCES && errno != EDQUOT)
    return CallError("keyctl", "KEYCTL_JOIN_SESSION_KEYRING")
        .Hint("--no-new-keyring leaves it out");
  Warn("the container keeps the caller's session keyring: " +
       CallError("keyctl", "KEYCTL_JOIN_SESSION_KEYRING").ToLine());
  return {};
}

}  // namespace loadline::runtime
