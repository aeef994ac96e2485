// SPDX-License-Identifier: Apache-2.0
#include "validator/names/kernel_names.h"

#include <seccomp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace loadline::validator {
namespace {

constexpr std::string_view kCapabilities[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};

constexpr int kLastErrno = 133;  // EHWPOISON

}  // namespace

bool IsCapability(std::string_view name) {
  return std::find(std::begin(kCapabilities), std::end(kCapabilities), name) !=
         std::end(kCapabilities);
}

bool IsErrno(std::string_view name) {
  for (int number = 1; number <= kLastErrno; ++number) {
    const char* known = strerrorname_np(number);
    if (known != nullptr && name == known) return true;
  }
  // Linux has two names for some numbers.
  return name == "EWOULDBLOCK" || name == "EDEADLOCK" || name == "ENOTSUP";
}

bool IsSystemCall(const std::string& name) {
  return seccomp_syscall_resolve_name(name.c_str()) != __NR_SCMP_ERROR;
}

std::string SystemCallOf(long number) {
  char* const known = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
  std::string name = known != nullptr ? known : "";
  std::free(known);
  return name;
}

}  // namespace loadline::validator
