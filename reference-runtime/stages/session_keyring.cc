// SPDX-License-Identifier: Apache-2.0
// loadline/runtime/create/session-keyring: a container must not see the keys of its caller's
// session.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

constexpr unsigned long kUserMaySearch = 0x00080000;

// "keyring;0;0;3f130000;_ses.id": the fourth field are the permissions.
Result<void> LetUserSearch(long keyring) {
  std::array<char, 512> text{};
  if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, keyring, text.data(), text.size() - 1) < 0)
    return CallError("keyctl", "KEYCTL_DESCRIBE");
  const char* field = text.data();
  for (int i = 0; i < 3 && field != nullptr; ++i) {
    field = std::strchr(field, ';');
    if (field != nullptr) ++field;
  }
  if (field == nullptr) return Failure("the kernel describes a keyring in another way");
  const unsigned long permissions = std::strtoul(field, nullptr, 16) | kUserMaySearch;
  if (syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, permissions) != 0)
    return CallError("keyctl", "KEYCTL_SETPERM");
  return {};
}

}  // namespace

// A kernel or a caller without keyrings is no error: whoever has no keys has none to hide.
Result<void> JoinSessionKeyringInChild(Context& context) {
  if (!context.container.own_keyring) return {};
  const std::string name = "_ses." + context.container.id;
  const long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.c_str());
  if (keyring >= 0) return LetUserSearch(keyring);
  if (errno != ENOSYS && errno != EPERM && errno != EACCES && errno != EDQUOT)
    return CallError("keyctl", "KEYCTL_JOIN_SESSION_KEYRING")
        .Hint("--no-new-keyring leaves it out");
  Warn("the container keeps the caller's session keyring: " +
       CallError("keyctl", "KEYCTL_JOIN_SESSION_KEYRING").ToLine());
  return {};
}

}  // namespace loadline::runtime
