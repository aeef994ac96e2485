// SPDX-License-Identifier: Apache-2.0
// The words that cases may use in `needs`, and who examines each.
#include <unistd.h>

#include <string_view>
#include <utility>

#include "conformance/harness/hardware.h"
#include "conformance/harness/rootless_host.h"
#include "conformance/host/examinations.h"

namespace loadline::conformance {
namespace {

// Words that stand for one thing each.
struct Fixed {
  std::string_view need;
  Examination examine;
};
constexpr Fixed kFixed[] = {
    {"cgroup-v1", Layout},
    {"cgroup-v2", Layout},
    {"root", Root},
    {"rootless",
     [](const std::string& need) {
       std::string why = WhyNotRootless();
       return HostAbility{need, why.empty(), std::move(why)};
     }},
    {"seccomp",
     [](const std::string& need) {
       return PathExists(need, "/proc/sys/kernel/seccomp", "the kernel has no seccomp filters");
     }},
    {"apparmor",
     [](const std::string& need) {
       return PathExists(need, "/sys/kernel/security/apparmor", "AppArmor is not enabled here");
     }},
    {"selinux",
     [](const std::string& need) {
       return PathExists(need, "/sys/fs/selinux/enforce", "SELinux is not enabled here");
     }},
    {"idmapped-mounts",
     [](const std::string& need) {
       // The work area is a tmpfs, which can be id-mapped since 6.3.
       HostAbility ability = Kernel("kernel-6.3");
       ability.need = need;
       return ability;
     }},
    {"memory-policy",
     [](const std::string& need) {
       return PathExists(need, "/proc/self/numa_maps", "the kernel has no NUMA policies");
     }},
    {"disk",
     [](const std::string& need) {
       return Given(need, FindDisk().has_value(), "the host has no block device");
     }},
    {"disk-bfq",
     [](const std::string& need) {
       const auto disk = FindDisk();
       return Given(need, disk && disk->bfq, "no block device has the scheduler bfq");
     }},
    {"swap",
     [](const std::string& need) {
       return Given(need, HasSwap(), "this host does not swap; swapon changes that");
     }},
    {"rdma-device",
     [](const std::string& need) {
       return Given(need, !FindRdmaDevice().empty(), "the host has no RDMA device");
     }},
    {"io-weight", IoWeight},
    {"deadline", DeadlinePolicy},
    {"realtime", Realtime},
    {"realtime-shares", RealtimeShares},
    {"net-devices",
     [](const std::string& need) {
       return PathExists(need, "/dev/net/tun", "the host has no tap devices to move");
     }},
    {"terminal",
     [](const std::string& need) {
       return PathExists(need, "/dev/ptmx", "the host has no pseudo-terminals");
     }},
};

// Words with a name in them.
struct Pattern {
  std::string_view prefix;
  std::string_view suffix;
  Examination examine;
};
HostAbility AskCandidateAlone(const std::string& need) { return {need, true, ""}; }
constexpr Pattern kPatterns[] = {
    {"cap-", "", Capability},
    {"controller-", "", Controller},
    {"kernel-", "", Kernel},
    {"filesystem-", "", Filesystem},
    {"huge-pages-", "", HugePages},
    {"processors-", "", Processors},
    {"program-", "", InstalledProgram},
    {"", "-namespace", Namespace},
    {"verb-", "", AskCandidateAlone},
    {"hook-", "", AskCandidateAlone},
    {"feature-", "", AskCandidateAlone},
    {"features", "", AskCandidateAlone},
    {"listed-", "", AskCandidateAlone},
    {"stated-", "", AskCandidateAlone},
    {"warnings", "", AskCandidateAlone},
    {"mount-option-", "", AskCandidateAlone},
    {"option-", "", AskCandidateAlone},
    {"one-program", "", AskCandidateAlone},
    {"host-kernel", "", AskCandidateAlone},
    {"seccomp-action-", "", AskCandidateAlone},
};

}  // namespace

HostAbility Given(const std::string& need, bool available, const char* why_not) {
  return {need, available, available ? "" : why_not};
}

HostAbility PathExists(const std::string& need, const char* path, const char* why_not) {
  return Given(need, access(path, F_OK) == 0, why_not);
}

Examination FindExamination(const std::string& need) {
  for (const Fixed& fixed : kFixed) {
    if (fixed.need == need) return fixed.examine;
  }
  for (const Pattern& pattern : kPatterns) {
    if (need.starts_with(pattern.prefix) && need.ends_with(pattern.suffix)) return pattern.examine;
  }
  return nullptr;
}

std::vector<std::string> ShownNeeds() {
  std::vector<std::string> needs;
  for (const Fixed& fixed : kFixed) needs.emplace_back(fixed.need);
  for (const char* type : {"pid", "network", "ipc", "uts", "mount", "user", "cgroup", "time"})
    needs.push_back(std::string(type) + "-namespace");
  for (const char* name : {"cpu", "cpuset", "memory", "pids", "devices", "blkio", "hugetlb",
                           "freezer", "net_cls", "net_prio", "rdma"})
    needs.push_back(std::string("controller-") + name);
  for (const char* name : {"sys-admin", "sys-resource", "sys-ptrace", "net-admin", "mknod"})
    needs.push_back(std::string("cap-") + name);
  for (const char* name : {"overlay", "mqueue", "tmpfs"})
    needs.push_back(std::string("filesystem-") + name);
  for (const char* program : {"busybox", "gcc", "openssl", "ptx", "python3", "sqlite3"})
    needs.push_back(std::string("program-") + program);
  return needs;
}

}  // namespace loadline::conformance
