// SPDX-License-Identifier: Apache-2.0
// Rules on the capability sets (capabilities(7)).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kNames[] = {
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
constexpr std::string_view kKnown[] = {"oci-runtime/config/process/capabilities/known"};
constexpr const char* kSets[] = {"bounding", "effective", "inheritable", "permitted", "ambient"};

std::string Pointer(const char* set) { return std::string("/process/capabilities/") + set; }

// Reports every capability of one set that another one lacks.
void CheckSubset(const RuleInput& input, Reporter& reporter, const char* inner, const char* outer) {
  const auto list = Strings(input.config, Pointer(outer));
  const std::set<std::string> names(list.begin(), list.end());
  ForEach(input.config, Pointer(inner), [&](const Json& name, const std::string& pointer) {
    if (name.is_string() && names.count(name) == 0)
      reporter.Report(pointer, name.get<std::string>() + " is " + inner + " and not " + outer,
                      std::string("add it to ") + outer + ", or remove it here");
  });
}

void CheckKnown(const RuleInput& input, Reporter& reporter) {
  for (const char* set : kSets) {
    ForEach(input.config, Pointer(set), [&](const Json& name, const std::string& pointer) {
      if (name.is_string() && std::find(std::begin(kNames), std::end(kNames),
                                        name.get<std::string>()) == std::end(kNames)) {
        reporter.Report(pointer, name.get<std::string>() + " is no capability of Linux",
                        "use a name of capabilities(7), such as CAP_KILL");
      }
    });
  }
}

void CheckTwice(const RuleInput& input, Reporter& reporter) {
  for (const char* set : kSets) {
    std::set<std::string> seen;
    ForEach(input.config, Pointer(set), [&](const Json& name, const std::string& pointer) {
      if (name.is_string() && !seen.insert(name).second)
        reporter.Report(pointer, name.get<std::string>() + " is listed a second time",
                        "remove one of them");
    });
  }
}

void CheckEffective(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "effective", "permitted");
}
void CheckAmbientInheritable(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "ambient", "inheritable");
}
void CheckAmbientPermitted(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "ambient", "permitted");
}
void CheckBounding(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "inheritable", "bounding");
}

constexpr Rule kRules[] = {
    {"config/capabilities/known", "every capability is one of Linux", Level::kMust, kKnown,
     CheckKnown},
    {"config/capabilities/twice",
     "no capability is listed twice in a set",
     Level::kShould,
     {},
     CheckTwice},
    {"config/capabilities/effective-permitted",
     "what is effective is permitted",
     Level::kMust,
     {},
     CheckEffective},
    {"config/capabilities/ambient-inheritable",
     "what is ambient is inheritable",
     Level::kMust,
     {},
     CheckAmbientInheritable},
    {"config/capabilities/ambient-permitted",
     "what is ambient is permitted",
     Level::kMust,
     {},
     CheckAmbientPermitted},
    {"config/capabilities/inheritable-bounding",
     "what is inheritable is in the bounding set",
     Level::kMust,
     {},
     CheckBounding},
};

}  // namespace

RuleArea CapabilitiesRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
