// SPDX-License-Identifier: Apache-2.0
#include "conformance/doctor.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "base/files.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/hardware.h"
#include "conformance/harness/resctrl.h"
#include "conformance/harness/rootless_host.h"

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

std::string TextOf(const std::string& path) { return ReadFile(path, kFileCap).value_or(""); }

bool HasCapability(size_t number) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  return (data[number / 32].effective >> (number % 32) & 1) != 0;
}

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

HostAbility Given(const std::string& need, bool available, const char* why_not) {
  return {need, available, available ? "" : why_not};
}

HostAbility PathExists(const std::string& need, const char* path, const char* why) {
  return Given(need, access(path, F_OK) == 0, why);
}

// The files of v1 that give a group its share of real time, where the kernel keeps such shares.
bool HasRealtimeShares() {
  for (const Hierarchy& hierarchy : Hierarchies().value_or(std::vector<Hierarchy>())) {
    if (!hierarchy.v2 && access((hierarchy.mount + "/cpu.rt_runtime_us").c_str(), F_OK) == 0)
      return true;
  }
  return false;
}

// What v1 has controllers for, and every group of v2 does without one.
constexpr const char* kWithoutController = " freezer devices";

HostAbility Controller(const std::string& need) {
  const std::string name = need.substr(std::string_view("controller-").size());
  const auto hierarchies = Hierarchies().value_or(std::vector<Hierarchy>());
  const bool pure_v2 = CgroupLayout(hierarchies) == "v2";
  for (const Hierarchy& hierarchy : hierarchies) {
    if (hierarchy.v2 && !pure_v2) continue;  // nobody hands down what v1 does not have
    const std::string list =
        hierarchy.v2 ? TextOf(hierarchy.mount + "/cgroup.controllers") : hierarchy.controllers;
    std::string words = list;
    std::replace(words.begin(), words.end(), ',', ' ');
    if (hierarchy.v2 && pure_v2) words += kWithoutController;
    if (hierarchy.v2 && words.find("io") != std::string::npos) words += " blkio";
    std::istringstream stream(words);
    for (std::string word; stream >> word;) {
      if (word == name) return {need, true, ""};
    }
  }
  return {need, false, "no mounted cgroup hierarchy has the controller"};
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
  std::istringstream words(TextOf("/proc/filesystems"));
  for (std::string word; words >> word;) {
    if (word == need.substr(11)) return {need, true, ""};
  }
  return {need, false, "the kernel does not know the filesystem (a module may be missing)"};
}

HostAbility Layout(const std::string& need) {
  const std::string layout = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>()));
  const bool v1 = layout == "v1" || layout == "hybrid";
  if (need == "cgroup-v1" ? v1 : layout == "v2") return {need, true, ""};
  return {need, false,
          layout.empty()
              ? "no cgroup hierarchy is mounted"
              : "this host's cgroup layout is " + layout + "; `loadline lab` has others"};
}

// Without capabilities a real-time policy is refused, and so it is in groups that have a share of
// real time, because that of a new one is nothing.
HostAbility Realtime(const std::string& need) {
  if (HasRealtimeShares()) return {need, false, "new control groups have no real time here"};
  HostAbility ability = Capability("cap-sys-nice");
  ability.need = need;
  return ability;
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

HostAbility IoWeight(const std::string& need) {
  const bool v2 = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>())) == "v2";
  return Given(need, KnowsBfq() || (v2 && access("/sys/fs/cgroup/io.cost.qos", F_OK) == 0),
               "the kernel has nothing that keeps weights: no bfq and, on v2, no iocost");
}

HostAbility Root(const std::string& need) {
  if (geteuid() == 0) return {need, true, ""};
  return {need, false,
          "certifying needs root; run it with sudo (validate, list, explain and certify --dry-run "
          "work without)"};
}

// Words that stand for one thing each.
using Examination = HostAbility (*)(const std::string& need);
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
    {"rdma-device",
     [](const std::string& need) {
       return Given(need, !FindRdmaDevice().empty(), "the host has no RDMA device");
     }},
    {"io-weight", IoWeight},
    {"deadline", DeadlinePolicy},
    {"realtime", Realtime},
    {"realtime-shares",
     [](const std::string& need) {
       return Given(need, HasRealtimeShares(), "no control groups have shares of real time");
     }},
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
    {"", "-namespace", Namespace},
    {"verb-", "", AskCandidateAlone},
    {"hook-", "", AskCandidateAlone},
    {"feature-", "", AskCandidateAlone},
    {"features", "", AskCandidateAlone},
    {"listed-", "", AskCandidateAlone},
    {"stated-", "", AskCandidateAlone},
    {"warnings", "", AskCandidateAlone},
    {"mount-option-", "", AskCandidateAlone},
    {"seccomp-action-", "", AskCandidateAlone},
};

// nullptr when nobody knows the need.
Examination FindExamination(const std::string& need) {
  for (const Fixed& fixed : kFixed) {
    if (fixed.need == need) return fixed.examine;
  }
  for (const Pattern& pattern : kPatterns) {
    if (need.starts_with(pattern.prefix) && need.ends_with(pattern.suffix)) return pattern.examine;
  }
  return nullptr;
}

std::string Distribution() {
  std::istringstream lines(TextOf("/etc/os-release"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("PRETTY_NAME=")) continue;
    std::string name = line.substr(12);
    std::erase(name, '"');
    return name;
  }
  return "";
}

// The needs that `doctor` shows.
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
  return needs;
}

}  // namespace

bool IsNeed(const std::string& need) {
  const std::vector<HostAbility> resctrl = ResctrlAbilities("", false);
  return FindExamination(need) != nullptr ||
         std::any_of(resctrl.begin(), resctrl.end(),
                     [&need](const HostAbility& ability) { return ability.need == need; });
}

HostAbility HostFacts::Ability(const std::string& need) const {
  for (const HostAbility& ability : abilities) {
    if (ability.need == need) return ability;
  }
  if (const Examination examine = FindExamination(need); examine != nullptr) return examine(need);
  return {need, false, "nothing is known under this name; INTERPRETING.md lists the needs"};
}

nlohmann::json HostFacts::ToJson() const {
  nlohmann::json json = {{"kernel", kernel},
                         {"architecture", architecture},
                         {"distribution", distribution},
                         {"cgroup", cgroup},
                         {"processors", processors}};
  nlohmann::json missing = nlohmann::json::object();
  nlohmann::json available = nlohmann::json::array();
  for (const HostAbility& ability : abilities) {
    if (ability.available) {
      available.push_back(ability.need);
    } else {
      missing[ability.need] = ability.why;
    }
  }
  json["available"] = std::move(available);
  json["missing"] = std::move(missing);
  return json;
}

HostFacts Examine(const std::string& resctrl) {
  HostFacts facts;
  utsname names{};
  uname(&names);
  facts.kernel = names.release;
  facts.architecture = names.machine;
  facts.distribution = Distribution();
  facts.cgroup = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>()));
  facts.processors = static_cast<int>(std::thread::hardware_concurrency());
  facts.resctrl = FindResctrl(resctrl);
  facts.abilities = ResctrlAbilities(facts.resctrl, !resctrl.empty());
  for (const std::string& need : ShownNeeds()) facts.abilities.push_back(facts.Ability(need));
  std::sort(facts.abilities.begin(), facts.abilities.end(),
            [](const HostAbility& a, const HostAbility& b) { return a.need < b.need; });
  return facts;
}

}  // namespace loadline::conformance
