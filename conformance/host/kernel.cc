// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <thread>
#include <utility>

#include "base/files.h"
#include "conformance/host/examinations.h"

namespace loadline::conformance {
namespace {

constexpr size_t kFileCap = 1 << 20;

constexpr std::array<const char*, CAP_LAST_CAP + 1> kCapabilities = {"chown",
                                                                     "dac-override",
                                                                     "dac-read-search",
                                                                     "fowner",
                                                                     "fsetid",
                                                                     "kill",
                                                                     "setgid",
                                                                     "setuid",
                                                                     "setpcap",
                                                                     "linux-immutable",
                                                                     "net-bind-service",
                                                                     "net-broadcast",
                                                                     "net-admin",
                                                                     "net-raw",
                                                                     "ipc-lock",
                                                                     "ipc-owner",
                                                                     "sys-module",
                                                                     "sys-rawio",
                                                                     "sys-chroot",
                                                                     "sys-ptrace",
                                                                     "sys-pacct",
                                                                     "sys-admin",
                                                                     "sys-boot",
                                                                     "sys-nice",
                                                                     "sys-resource",
                                                                     "sys-time",
                                                                     "sys-tty-config",
                                                                     "mknod",
                                                                     "lease",
                                                                     "audit-write",
                                                                     "audit-control",
                                                                     "setfcap",
                                                                     "mac-override",
                                                                     "mac-admin",
                                                                     "syslog",
                                                                     "wake-alarm",
                                                                     "block-suspend",
                                                                     "audit-read",
                                                                     "perfmon",
                                                                     "bpf",
                                                                     "checkpoint-restore"};

bool HasCapability(size_t number) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  return (data[number / 32].effective >> (number % 32) & 1) != 0;
}

}  // namespace

HostAbility Capability(const std::string& need) {
  const std::string name = need.substr(4);
  for (size_t i = 0; i < kCapabilities.size(); ++i) {
    if (name != kCapabilities[i]) continue;
    if (HasCapability(i)) return {need, true, ""};
    return {need, false, "this process lacks the capability; run as root outside of a container"};
  }
  return {need, false, "no such capability"};
}

HostAbility Namespace(const std::string& need) {
  std::string file = need.substr(0, need.size() - std::string_view("-namespace").size());
  if (file == "network") file = "net";
  if (file == "mount") file = "mnt";
  if (access(("/proc/self/ns/" + file).c_str(), F_OK) == 0) return {need, true, ""};
  return {need, false, "the kernel has no such namespace"};
}

HostAbility Kernel(const std::string& need) {
  const auto number = [](const std::string& text) {
    char* end = nullptr;
    const long major = strtol(text.c_str(), &end, 10);
    return major * 1000 + (*end == '.' ? strtol(end + 1, nullptr, 10) : 0);
  };
  utsname names{};
  uname(&names);
  if (number(need.substr(7)) <= number(names.release)) return {need, true, ""};
  return {need, false, std::string("the kernel is ") + names.release};
}

HostAbility Filesystem(const std::string& need) {
  std::istringstream words(ReadFile("/proc/filesystems", kFileCap).value_or(""));
  for (std::string word; words >> word;) {
    if (word == need.substr(11)) return {need, true, ""};
  }
  return {need, false, "the kernel does not know the filesystem (a module may be missing)"};
}

// The deadline policy is for processes that may run on every processor.
HostAbility DeadlinePolicy(const std::string& need) {
  if (std::thread::hardware_concurrency() != sysconf(_SC_NPROCESSORS_ONLN))
    return {need, false, "this process may not run on every processor"};
  HostAbility ability = Capability("cap-sys-nice");
  ability.need = need;
  return ability;
}

HostAbility HugePages(const std::string& need) {
  constexpr std::pair<const char*, const char*> kSizes[] = {
      {"64KB", "64kB"}, {"2MB", "2048kB"}, {"32MB", "32768kB"}, {"1GB", "1048576kB"}};
  for (const auto& [size, kernels] : kSizes) {
    if (need.substr(std::string_view("huge-pages-").size()) != size) continue;
    const std::string path = std::string("/sys/kernel/mm/hugepages/hugepages-") + kernels;
    return PathExists(need, path.c_str(), "the kernel has no huge pages of that size");
  }
  return {need, false, "no such size; INTERPRETING.md lists them"};
}

HostAbility Processors(const std::string& need) {
  const auto wanted = static_cast<unsigned>(strtoul(need.substr(11).c_str(), nullptr, 10));
  return Given(need, std::thread::hardware_concurrency() >= wanted,
               "this process may use fewer processors");
}

HostAbility Root(const std::string& need) {
  if (geteuid() == 0) return {need, true, ""};
  return {need, false,
          "certifying needs root; run it with sudo (validate, list, explain and certify --dry-run "
          "work without)"};
}

}  // namespace loadline::conformance
