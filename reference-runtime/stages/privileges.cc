// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process: user, capabilities, no_new_privs and seccomp, in the order in which
// the kernel lets them be given up.
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "reference-runtime/message.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

struct KernelCapabilities {
  uint32_t effective;
  uint32_t permitted;
  uint32_t inheritable;
};

Result<void> SetKernelSets(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const auto low = [](uint64_t set) { return static_cast<uint32_t>(set); };
  const auto high = [](uint64_t set) { return static_cast<uint32_t>(set >> 32); };
  const std::array<KernelCapabilities, 2> data{
      KernelCapabilities{low(effective), low(permitted), low(inheritable)},
      KernelCapabilities{high(effective), high(permitted), high(inheritable)}};
  if (syscall(SYS_capset, &header, data.data()) != 0)
    return CallError("capset").Hint(
        "the caller may lack a capability that process.capabilities asks for");
  return {};
}

uint64_t Supported() {
  uint64_t set = 0;
  for (int number = 0; number < 64 && prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; ++number)
    set |= uint64_t{1} << number;
  return set;
}

}  // namespace

// While still root: dropping from the bounding set needs CAP_SETPCAP. Keeping capabilities over the
// change of user comes with it.
Result<void> BoundCapabilitiesInChild(Context& context) {
  const auto& wanted = context.config.process->capabilities;
  if (!wanted) return {};
  const uint64_t supported = Supported();
  for (int number = 0; number < 64; ++number) {
    const uint64_t bit = uint64_t{1} << number;
    if ((supported & bit) == 0 || (wanted->bounding & bit) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0) return CallError("prctl", "PR_CAPBSET_DROP");
  }
  return {};
}

Result<void> ChangeUserInChild(Context& context) {
  const UserSpec& user = context.config.process->user;
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return CallError("prctl", "PR_SET_KEEPCAPS");
  // Where the kernel denies setgroups (an unprivileged user namespace) an empty list is what the
  // process has anyway.
  if (setgroups(user.additional_gids.size(), user.additional_gids.data()) != 0 &&
      !(errno == EPERM && user.additional_gids.empty()))
    return CallError("setgroups");
  if (setresgid(user.gid, user.gid, user.gid) != 0)
    return CallError("setresgid", std::to_string(user.gid));
  if (setresuid(user.uid, user.uid, user.uid) != 0)
    return CallError("setresuid", std::to_string(user.uid));
  // oci-runtime/config/process/user/umask: without one the payload gets the usual 0022.
  umask(user.umask.value_or(022));
  return {};
}

Result<void> SetCapabilitiesInChild(Context& context) {
  const auto& wanted = context.config.process->capabilities;
  if (!wanted) return {};
  RETURN_IF_ERROR(SetKernelSets(wanted->effective, wanted->permitted, wanted->inheritable));
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return CallError("prctl", "PR_CAP_AMBIENT_CLEAR_ALL");
  for (int number = 0; number < 64; ++number) {
    if ((wanted->ambient >> number & 1) == 0) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) != 0) {
      return CallError("prctl", "PR_CAP_AMBIENT_RAISE")
          .Hint("an ambient capability has to be inheritable and permitted");
    }
  }
  return {};
}

// oci-runtime/config/process/no-new-privileges
Result<void> RenounceNewPrivilegesInChild(Context& context) {
  if (!context.config.process->no_new_privileges) return {};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return CallError("prctl", "PR_SET_NO_NEW_PRIVS");
  return {};
}

// Without no_new_privs a filter needs CAP_SYS_ADMIN, so it is set before the capabilities go.
Result<void> FilterSystemCallsEarlyInChild(Context& context) {
  if (context.config.process->no_new_privileges) return {};
  return InstallFilter(context.seccomp, StateDocument(context.container, "creating"));
}

// With it the filter comes last, so that it need not allow what the stages before did.
Result<void> FilterSystemCallsInChild(Context& context) {
  if (!context.config.process->no_new_privileges) return {};
  return InstallFilter(context.seccomp, StateDocument(context.container, "creating"));
}

}  // namespace loadline::runtime
