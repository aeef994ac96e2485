// SPDX-License-Identifier: Apache-2.0
// What a container is called, what its kernel parameters are, and its loopback device.
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/files.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/sysctl_policy.h"

namespace loadline::runtime {

// oci-runtime/config/hostname
Result<void> SetHostnameInChild(Context& context) {
  const std::string& name = context.config.hostname;
  if (!name.empty() && sethostname(name.data(), name.size()) != 0)
    return CallError("sethostname", name);
  return {};
}

// oci-runtime/config/domainname
Result<void> SetDomainnameInChild(Context& context) {
  const std::string& name = context.config.domainname;
  if (!name.empty() && setdomainname(name.data(), name.size()) != 0)
    return CallError("setdomainname", name);
  return {};
}

// oci-runtime/config-linux/sysctl. Through the host's /proc, which shows the container's namespaces
// to its process.
Result<void> SetSysctlsInChild(Context& context) {
  for (const auto& [key, value] : context.config.linux_spec.sysctls) {
    ASSIGN_OR_RETURN(const std::string path, SysctlFile(key, context.config.linux_spec));
    RETURN_IF_ERROR(WriteExisting("/proc/sys/" + path, value));
  }
  return {};
}

// A new network namespace has a loopback device that is down; every engine expects it up.
Result<void> RaiseLoopbackInChild(Context& context) {
  if (!context.config.linux_spec.Makes(CLONE_NEWNET)) return {};
  const UniqueFd socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd) return CallError("socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(socket_fd.get(), SIOCSIFFLAGS, &request) != 0)
    return CallError("ioctl", "SIOCSIFFLAGS lo");
  return {};
}

}  // namespace loadline::runtime
