// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/rights.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "conformance/harness/rootless_host.h"

namespace loadline::conformance {
namespace {

constexpr const char* kNoGroups =
    "no control group of v1 is delegated to a user; `loadline lab` has v2, where one is";

// Words of `needs`. One that ends with '-' stands for all that begin with it.
struct NeededRight {
  std::string_view need;
  bool groups_help;  // a user with groups has it
  const char* why;
};
constexpr NeededRight kNeeds[] = {
    {"root", false, "the case is about a runtime that root calls"},
    {"cap-", false, "a user has no capability outside of the user namespaces it makes"},
    {"cgroup-v1", false, kNoGroups},
    {"controller-devices", false,
     "no user keeps a container from devices: groups of v1 are not delegated, and the programs of "
     "v2 need CAP_BPF and CAP_NET_ADMIN on the host"},
    {"controller-", true, kNoGroups},
    {"idmapped-mounts", false,
     "the kernel lets only root map the ids of a filesystem that root mounted"},
    {"deadline", false, "a user may not take processor time from others"},
    {"realtime", false, "a user may not take processor time from others"},
    {"intel-rdt", false, "the groups of resctrl are root's"},
    {"net-devices", false, "a user may not take a device out of the host's network namespace"},
};

bool Matches(std::string_view word, std::string_view need) {
  return word.ends_with('-') ? need.starts_with(word) : need == word;
}

const Json& Member(const Json& value, const char* key) {
  static const Json kNothing;
  if (!value.is_object()) return kNothing;
  const auto found = value.find(key);
  return found == value.end() ? kNothing : *found;
}

std::string TextOf(const Json& value, const char* key) {
  const Json& text = Member(value, key);
  return text.is_string() ? text.get<std::string>() : "";
}

bool Has(const Json& texts, std::string_view word) {
  return texts.is_array() && std::find(texts.begin(), texts.end(), word) != texts.end();
}

bool HasAny(const Json& texts, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return Has(texts, word); });
}

// Rules about devices are no limit: see controller-devices.
bool AsksForLimits(const Json& config) {
  const Json& resources = Member(Member(config, "linux"), "resources");
  if (!resources.is_object()) return false;
  for (const auto& resource : resources.items()) {
    if (resource.key() != "devices") return true;
  }
  return false;
}

bool UsesGroups(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.verb == "update" || step.verb == "pause" || step.verb == "resume" ||
           UsesGroups(step.steps);
  });
}

bool LooksAtGroups(const Json& expectation) {
  const Json& host = Member(expectation, "host");
  return host.is_object() && (host.contains("cgroups") || host.contains("cgroupFiles"));
}

std::string Groups(const Run& run, Caller caller) {
  if (caller == Caller::kUserWithGroups) return "";
  const bool made = std::any_of(run.fixtures.begin(), run.fixtures.end(),
                                [](const Json& one) { return TextOf(one, "make") == "cgroup"; });
  const bool asked = Member(run.config, "linux").is_object() &&
                     !Member(Member(run.config, "linux"), "cgroupsPath").is_null();
  return made || asked || AsksForLimits(run.config) || UsesGroups(run.steps) ? kNoGroups : "";
}

bool IsGiven(uint64_t first, uint64_t size) {
  if (first == kUser && size == 1) return true;
  return first >= kFirstSubordinate && first + size <= uint64_t{kFirstSubordinate} + kSubordinates;
}

std::string Mappings(const Run& run, Caller) {
  for (const char* key : {"uidMappings", "gidMappings"}) {
    const Json& mappings = Member(Member(run.config, "linux"), key);
    if (!mappings.is_array()) continue;
    for (const Json& mapping : mappings) {
      const Json& first = Member(mapping, "hostID");
      const Json& size = Member(mapping, "size");
      if (!first.is_number_integer() || !size.is_number_integer()) continue;
      if (!IsGiven(first.get<uint64_t>(), size.get<uint64_t>()))
        return std::string(key) + " names ids of the host that /etc/subuid does not give the user";
    }
  }
  return "";
}

// A node of the host can be bound; the kernel has no way to make one.
std::string Nodes(const Run& run, Caller) {
  const Json& devices = Member(Member(run.config, "linux"), "devices");
  if (!devices.is_array()) return "";
  for (const Json& device : devices) {
    const std::string type = TextOf(device, "type");
    const std::string path = TextOf(device, "path");
    struct stat status {};
    if (type == "p" || path.empty() || stat(path.c_str(), &status) == 0) continue;
    return "the kernel lets no user make device nodes, and the host has no " + path + " to bind";
  }
  return "";
}

std::string Sysctls(const Run& run, Caller) {
  const Json& sysctls = Member(Member(run.config, "linux"), "sysctl");
  if (!sysctls.is_object()) return "";
  for (const auto& sysctl : sysctls.items()) {
    if (sysctl.key().starts_with("net.") && !ShowsInUsersNetwork(sysctl.key()))
      return "this kernel has no " + sysctl.key() + " in the network of a user namespace";
  }
  return "";
}

// What is mounted in the cell before the runtime comes, with paths as the case names them.
std::vector<const Json*> MountsAt(const Json& fixtures, const std::string& source, bool below) {
  std::vector<const Json*> mounts;
  for (const Json& fixture : fixtures) {
    if (TextOf(fixture, "make") != "mount") continue;
    const std::string path = TextOf(fixture, "path");
    if ((!below && path == source) || path.starts_with(source + "/")) mounts.push_back(&fixture);
  }
  return mounts;
}

// Options that take a flag away, plain or recursive.
struct Undo {
  std::string_view flag;
  std::array<std::string_view, 2> options;
};
constexpr Undo kUndo[] = {{"ro", {"rw", "rrw"}},
                          {"nosuid", {"suid", "rsuid"}},
                          {"nodev", {"dev", "rdev"}},
                          {"noexec", {"exec", "rexec"}}};

// The flags of mounts of root are locked in the mount namespace of a user (mount_namespaces(7)).
std::string LockedFlags(const Run& run, Caller) {
  const Json& mounts = Member(run.config, "mounts");
  if (!mounts.is_array()) return "";
  for (const Json& mount : mounts) {
    const Json& options = Member(mount, "options");
    if (!HasAny(options, {"bind", "rbind"})) continue;
    const std::string source = TextOf(mount, "source");
    if (!Has(options, "rbind") && !MountsAt(run.fixtures, source, true).empty())
      return "the kernel lets no user bind a tree without what root has mounted below it";
    if (HasAny(options,
               {"noatime", "nodiratime", "strictatime", "rnoatime", "ratime", "rnodiratime",
                "rdiratime", "rrelatime", "rnorelatime", "rstrictatime", "rnostrictatime"}))
      return "the kernel lets no user change how a mount of root keeps access times";
    for (const Json* fixture : MountsAt(run.fixtures, source, false)) {
      for (const Undo& undo : kUndo) {
        if (Has(Member(*fixture, "options"), undo.flag) &&
            HasAny(options, {undo.options[0], undo.options[1]}))
          return "the kernel lets no user take " + std::string(undo.flag) +
                 " away from a mount of root";
      }
    }
  }
  return "";
}

using Rule = std::string (*)(const Run& run, Caller caller);
constexpr Rule kRules[] = {Groups, Mappings, Nodes, Sysctls, LockedFlags};

}  // namespace

std::string WhyNotNeeds(const std::vector<std::string>& needs, Caller caller) {
  if (!IsRootless(caller)) return "";
  for (const std::string& need : needs) {
    const auto* found =
        std::find_if(std::begin(kNeeds), std::end(kNeeds),
                     [&](const NeededRight& one) { return Matches(one.need, need); });
    if (found == std::end(kNeeds)) continue;
    if (caller == Caller::kUserWithGroups && found->groups_help) continue;
    return need + ": " + found->why;
  }
  return "";
}

std::string WhyNotRuns(const Case& the_case, const std::vector<Run>& runs, Caller caller) {
  if (!IsRootless(caller)) return "";
  for (const Run& run : runs) {
    for (const Rule rule : kRules) {
      if (std::string why = rule(run, caller); !why.empty()) return why;
    }
  }
  if (caller == Caller::kUserWithGroups) return "";
  const bool looks = LooksAtGroups(the_case.expect) ||
                     std::any_of(the_case.steps.begin(), the_case.steps.end(),
                                 [](const Step& step) { return LooksAtGroups(step.then); });
  return looks ? kNoGroups : "";
}

}  // namespace loadline::conformance
