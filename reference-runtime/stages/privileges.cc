// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process: user, capabilities, no_new_privs and seccomp, in the order in which
// the kernel lets them be given up.
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/files.h"
#include "reference-runtime/context.h"
#include "reference-runtime/log.h"
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

// Takes what is not in `allowed` out of a set, and tells of each.
void Restrict(uint64_t& set, uint64_t allowed, const char* name, const char* reason,
              void (*tell)(const std::string&) = Warn) {
  const std::vector<std::string> names = CapabilityNames();
  for (size_t number = 0; number < names.size(); ++number) {
    if ((set & ~allowed) >> number & 1)
      tell(names[number] + " is left out of the " + name + " set: " + reason);
  }
  set &= allowed;
}

}  // namespace

// oci-runtime/config/process/capabilities: what cannot be granted is a warning. In a user namespace
// all that the kernel knows can be.
Result<void> LeaveOutCapabilities(Context& context) {
  if (!context.config.process || !context.config.process->capabilities) return {};
  CapabilitySets& wanted = *context.config.process->capabilities;
  uint64_t permitted = 0;
  if (context.config.linux_spec.Has(CLONE_NEWUSER)) {
    ASSIGN_OR_RETURN(const std::string last, ReadRecord("/proc/sys/kernel/cap_last_cap"));
    permitted = (uint64_t{2} << std::atoi(last.c_str())) - 1;
    context.bounding_set = permitted;
  } else {
    const auto own_permitted = OwnSet("CapPrm:");
    const auto own_bounding = OwnSet("CapBnd:");
    if (!own_permitted || !own_bounding)
      return Failure("/proc/self/status does not say what this process may do", "mount /proc");
    permitted = *own_permitted;
    context.bounding_set = *own_bounding;
  }
  const char* const not_ours = "the caller of the runtime does not have it";
  Restrict(wanted.bounding, context.bounding_set, "bounding", not_ours);
  Restrict(wanted.permitted, permitted, "permitted", not_ours);
  Restrict(wanted.effective, wanted.permitted, "effective", "it is not in the permitted one");
  Restrict(wanted.inheritable, wanted.bounding, "inheritable", "it is not in the bounding one");
  // buildah 1.28 asks for all of them in the ambient set alone, and its users read every warning.
  Restrict(wanted.ambient, wanted.permitted & wanted.inheritable, "ambient",
           "it has to be in the permitted and the inheritable one",
           context.config.DeclaresAtLeast(1, 1, 0) ? Warn : Debug);
  return {};
}

// While still root: dropping from the bounding set needs CAP_SETPCAP. Keeping capabilities over the
// change of user comes with it.
Result<void> BoundCapabilitiesInChild(Context& context) {
  const auto& wanted = context.config.process->capabilities;
  if (!wanted) return {};
  for (int number = 0; number < 64; ++number) {
    if (((context.bounding_set & ~wanted->bounding) >> number & 1) == 0) continue;
    if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0) return CallError("prctl", "PR_CAPBSET_DROP");
  }
  return {};
}

Result<void> ChangeUserInChild(Context& context) {
  const UserSpec& user = context.config.process->user;
  // Only leaving root loses them.
  if (user.uid != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
    return CallError("prctl", "PR_SET_KEEPCAPS");
  // Where the kernel denies setgroups (an unprivileged user namespace) an empty list is what the
  // process has anyway.
  if (setgroups(user.additional_gids.size(), user.additional_gids.data()) != 0 &&
      !(errno == EPERM && user.additional_gids.empty()))
    return CallError("setgroups")
        .Hint(
            "a user that maps the own id alone has no say in groups: map more, or remove "
            "process.user.additionalGids");
  if (setresgid(user.gid, user.gid, user.gid) != 0)
    return CallError("setresgid", std::to_string(user.gid));
  if (setresuid(user.uid, user.uid, user.uid) != 0)
    return CallError("setresuid", std::to_string(user.uid));
  // oci-runtime/config/process/user/umask: without one it stays the caller's.
  const mode_t wanted = user.umask.value_or(context.caller_umask);
  if (wanted != kOwnUmask) umask(wanted);
  return {};
}

Result<void> SetCapabilitiesInChild(Context& context) {
  const auto& wanted = context.config.process->capabilities;
  if (!wanted) return {};
  RETURN_IF_ERROR(SetKernelSets(wanted->effective, wanted->permitted, wanted->inheritable));
  const bool has_ambient = OwnSet("CapAmb:").value_or(1) != 0;
  if (has_ambient && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
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

namespace {

Result<void> Filter(const Context& context) {
  return InstallFilter(context.seccomp, StateDocument(context.container, context.status));
}

}  // namespace

// Without no_new_privs a filter needs CAP_SYS_ADMIN, so it is set before the capabilities go.
Result<void> FilterSystemCallsEarlyInChild(Context& context) {
  if (context.config.process->no_new_privileges) return {};
  return Filter(context);
}

// With it the filter comes last, so that it need not allow what the stages before did.
Result<void> FilterSystemCallsInChild(Context& context) {
  if (!context.config.process->no_new_privileges) return {};
  return Filter(context);
}

}  // namespace loadline::runtime
