// SPDX-License-Identifier: Apache-2.0
// loadline/runtime/create/session-keyring: a container must not see the keys of its caller's
// session.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Whoever possesses it may do everything. Another process of its user may find it by its name, as
// exec does, and not even ask what that name is: containers of one user namespace have one user.
constexpr unsigned long kPermissions = 0x3f080000;

}  // namespace

// The kernel joins the keyring that has the name, whoever made it. So a neighbour must not know it:
// the neighbour could wait there, or come later.
Result<std::string> NewKeyringName(const std::string& id) {
  uint64_t number = 0;
  if (getentropy(&number, sizeof number) != 0) return CallError("getentropy");
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, number);
  return "_ses." + id + "." + text;
}

// A kernel or a caller without keyrings is no error: whoever has no keys has none to hide.
Result<void> JoinSessionKeyringInChild(Context& context) {
  const std::string& name = context.container.keyring;
  if (name.empty()) return {};
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
