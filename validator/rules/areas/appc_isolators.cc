// SPDX-License-Identifier: Apache-2.0
// Rules on the isolators of both manifests of appc (ace.md).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/names/kernel_names.h"
#include "validator/names/quantity.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kRetain = "os/linux/capabilities-retain-set";
constexpr std::string_view kRemove = "os/linux/capabilities-remove-set";
constexpr std::string_view kSeccompRetain = "os/linux/seccomp-retain-set";
constexpr std::string_view kSeccompRemove = "os/linux/seccomp-remove-set";

// The lists of isolators, each with whether it is a pod's.
void ForEachList(const RuleInput& input,
                 const std::function<void(const std::string&, bool)>& visit) {
  for (const char* place : {"/app/isolators", "/apps/*/app/isolators"}) {
    ForEachAt(input.config, place,
              [&](const Json&, const std::string& pointer) { visit(pointer, false); });
  }
  if (At(input.config, "/isolators") != nullptr) visit("/isolators", true);
}

struct Isolator {
  std::string name;
  const Json& value;
  std::string pointer;
  bool of_pod;
};

void ForEachIsolator(const RuleInput& input, const std::function<void(const Isolator&)>& visit) {
  ForEachList(input, [&](const std::string& list, bool of_pod) {
    ForEach(input.config, list, [&](const Json& isolator, const std::string& pointer) {
      const auto name = String(isolator, "name");
      const Json* value = Get(isolator, "value");
      if (name && value != nullptr) visit({*name, *value, pointer, of_pod});
    });
  });
}

bool IsSeccomp(const std::string& name) { return name == kSeccompRetain || name == kSeccompRemove; }
bool IsSet(const std::string& name) {
  return name == kRetain || name == kRemove || IsSeccomp(name);
}
bool IsResource(const std::string& name) { return name.starts_with("resource/"); }
bool IsRate(const std::string& name) {
  return name == "resource/block-bandwidth" || name == "resource/block-iops" ||
         name == "resource/network-bandwidth";
}

void CheckScope(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const bool for_apps = IsSet(isolator.name) || isolator.name == "os/linux/no-new-privileges";
    if (isolator.of_pod && for_apps)
      reporter.Report(isolator.pointer + "/name",
                      isolator.name + " is for apps, and this is a pod's", "move it to the apps");
    if (!isolator.of_pod && isolator.name == "os/unix/sysctl")
      reporter.Report(isolator.pointer + "/name",
                      isolator.name + " is for pods, and this is an app's", "move it to the pod");
  });
}

void CheckOnce(const RuleInput& input, Reporter& reporter) {
  ForEachList(input, [&](const std::string& list, bool) {
    std::set<std::string> seen;
    ForEach(input.config, list, [&](const Json& isolator, const std::string& pointer) {
      const std::string name = String(isolator, "name").value_or("");
      const bool once = IsSeccomp(name) || name == "os/linux/selinux-context" ||
                        name == "os/linux/apparmor-profile" || name == "os/unix/sysctl";
      if (once && !seen.insert(name).second)
        reporter.Report(pointer + "/name", "a second " + name, "keep the one that is meant");
    });
  });
}

std::string_view OppositeOf(std::string_view name) {
  if (name == kRetain) return kRemove;
  if (name == kRemove) return kRetain;
  if (name == kSeccompRetain) return kSeccompRemove;
  return name == kSeccompRemove ? kSeccompRetain : "";
}

void CheckExclusive(const RuleInput& input, Reporter& reporter) {
  ForEachList(input, [&](const std::string& list, bool) {
    std::set<std::string> seen;
    ForEach(input.config, list, [&](const Json& isolator, const std::string& pointer) {
      const std::string name = String(isolator, "name").value_or("");
      const std::string opposite(OppositeOf(name));
      if (!opposite.empty() && seen.contains(opposite))
        reporter.Report(pointer + "/name", name + " stands beside " + opposite,
                        "an app says what is kept or what is taken, not both");
      seen.insert(name);
    });
  });
}

void CheckSets(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    if (!IsSet(isolator.name)) return;
    const Json* set = Get(isolator.value, "set");
    const bool names =
        set != nullptr && set->is_array() &&
        std::all_of(set->begin(), set->end(), [](const Json& entry) { return entry.is_string(); });
    if (!names)
      reporter.Report(isolator.pointer + "/value", isolator.name + " has no set of names",
                      "write {\"set\": [\"NAME\"]}");
  });
}

void CheckSetsNotEmpty(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const Json* set = Get(isolator.value, "set");
    if (IsSeccomp(isolator.name) && set != nullptr && set->is_array() && set->empty())
      reporter.Report(isolator.pointer + "/value/set", "the set is empty",
                      "name system calls, or @appc.io/all or @appc.io/empty");
  });
}

void ForEachInSet(
    const RuleInput& input, bool seccomp,
    const std::function<void(const std::string&, const std::string&, const std::string&)>& visit) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    if (!IsSet(isolator.name) || IsSeccomp(isolator.name) != seccomp) return;
    ForEach(input.config, isolator.pointer + "/value/set",
            [&](const Json& entry, const std::string& pointer) {
              if (entry.is_string()) visit(isolator.name, entry.get<std::string>(), pointer);
            });
  });
}

void CheckCapabilities(const RuleInput& input, Reporter& reporter) {
  ForEachInSet(input, false,
               [&](const std::string&, const std::string& entry, const std::string& pointer) {
                 if (!IsCapability(entry))
                   reporter.Report(pointer, "\"" + entry + "\" is no capability of Linux",
                                   "use a name of capabilities(7), such as CAP_KILL");
               });
}

void CheckSystemCalls(const RuleInput& input, Reporter& reporter) {
  ForEachInSet(input, true,
               [&](const std::string&, const std::string& entry, const std::string& pointer) {
                 if (!entry.starts_with('@') && !IsSystemCall(entry))
                   reporter.Report(pointer, "the system call \"" + entry + "\" is not known",
                                   "mind the spelling");
               });
}

void CheckWildcards(const RuleInput& input, Reporter& reporter) {
  ForEachInSet(
      input, true, [&](const std::string&, const std::string& entry, const std::string& pointer) {
        const size_t slash = entry.find('/');
        const bool whole = slash != std::string::npos && slash > 1 && slash + 1 < entry.size();
        if (entry.starts_with('@') && !whole)
          reporter.Report(pointer, "\"" + entry + "\" has no scope and name",
                          "write it like @appc.io/all");
      });
}

void CheckReserved(const RuleInput& input, Reporter& reporter) {
  constexpr std::string_view kScope = "@appc.io/";
  ForEachInSet(input, true,
               [&](const std::string& name, const std::string& entry, const std::string& pointer) {
                 const std::string defined =
                     name == kSeccompRetain ? "@appc.io/all" : "@appc.io/empty";
                 if (entry.starts_with(kScope) && entry.size() > kScope.size() && entry != defined)
                   reporter.Report(pointer, "\"" + entry + "\" is not defined for " + name,
                                   "here it can be " + defined);
               });
}

void CheckErrno(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const auto error = String(isolator.value, "errno");
    if (IsSeccomp(isolator.name) && error && !error->empty() && !IsErrno(*error))
      reporter.Report(isolator.pointer + "/value/errno", "\"" + *error + "\" is no error of Linux",
                      "use a name of errno(3), such as EPERM");
  });
}

void CheckQuantities(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    if (!IsResource(isolator.name)) return;
    for (const char* key : {"request", "limit"}) {
      const Json* quantity = Get(isolator.value, key);
      if (quantity != nullptr && !ReadQuantity(*quantity))
        reporter.Report(Join(isolator.pointer + "/value", key),
                        quantity->dump() + " is no quantity",
                        "write a number with one of E P T G M K, Ei Pi Ti Gi Mi Ki or m behind it");
    }
  });
}

void CheckQuantityGiven(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const Json& value = isolator.value;
    if (IsResource(isolator.name) && value.is_object() && !value.contains("request") &&
        !value.contains("limit"))
      reporter.Report(isolator.pointer + "/value",
                      isolator.name + " says neither request nor limit",
                      "say at least one of them");
  });
}

void CheckRequest(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const Json* request = Get(isolator.value, "request");
    const Json* limit = Get(isolator.value, "limit");
    if (!IsResource(isolator.name) || request == nullptr || limit == nullptr) return;
    const auto low = ReadQuantity(*request);
    const auto high = ReadQuantity(*limit);
    if (low && high && *low > *high)
      reporter.Report(isolator.pointer + "/value/request",
                      request->dump() + " is more than the limit, " + limit->dump(),
                      "nobody can get it: raise the limit");
  });
}

void CheckDefault(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    if (!IsRate(isolator.name) || !isolator.value.is_object()) return;
    const Json* is_default = Get(isolator.value, "default");
    if (is_default == nullptr || *is_default != true)
      reporter.Report(isolator.pointer + "/value",
                      isolator.name + " does not say that it is the default",
                      "say \"default\": true");
  });
}

void CheckValues(const RuleInput& input, Reporter& reporter) {
  ForEachIsolator(input, [&](const Isolator& isolator) {
    const std::string& name = isolator.name;
    const Json& value = isolator.value;
    const auto report = [&](const std::string& at, const char* wanted) {
      reporter.Report(isolator.pointer + "/value" + at, name + " has a value of another type",
                      std::string("give ") + wanted);
    };
    if (name == "os/linux/no-new-privileges" && !value.is_boolean()) report("", "true or false");
    if (name == "os/unix/sysctl" && !value.is_object()) report("", "an object of parameters");
    if (IsResource(name) && !value.is_object()) report("", "an object");
    if (name == "os/linux/apparmor-profile" && !String(value, "profile"))
      report("", "an object with profile, a string");
    if (name != "os/linux/selinux-context") return;
    if (!value.is_object()) return report("", "an object");
    for (const char* key : {"user", "role", "type", "level"}) {
      const Json* part = Get(value, key);
      if (part != nullptr && !part->is_string()) report("/" + std::string(key), "a string");
    }
  });
}

constexpr std::string_view kIsolatorCapabilityCited[] = {
    "appc/ace/capabilities-remove-set/set-names-capabilities",
    "appc/ace/capabilities-retain-set/set-names-capabilities"};
constexpr std::string_view kIsolatorDefaultCited[] = {"appc/ace/block-bandwidth/default-true",
                                                      "appc/ace/block-iops/default-true",
                                                      "appc/ace/network-bandwidth/default-true"};
constexpr std::string_view kIsolatorErrnoCited[] = {"appc/ace/seccomp-remove-set/errno-name",
                                                    "appc/ace/seccomp-retain-set/errno-name"};
constexpr std::string_view kIsolatorExclusiveCited[] = {
    "appc/ace/capabilities-retain-set/not-with-remove-set",
    "appc/ace/seccomp-remove-set/not-with-retain-set",
    "appc/ace/seccomp-retain-set/not-with-remove-set"};
constexpr std::string_view kIsolatorOnceCited[] = {"appc/ace/apparmor-profile/one-per-app",
                                                   "appc/ace/apparmor-profile/one-per-pod",
                                                   "appc/ace/seccomp-remove-set/one-per-app",
                                                   "appc/ace/seccomp-retain-set/one-per-app",
                                                   "appc/ace/selinux-context/one-per-app",
                                                   "appc/ace/selinux-context/one-per-pod",
                                                   "appc/ace/sysctl/one-per-pod"};
constexpr std::string_view kIsolatorQuantityCited[] = {"appc/ace/block-bandwidth/limit-quantity",
                                                       "appc/ace/block-iops/limit-quantity",
                                                       "appc/ace/cpu/limit-quantity",
                                                       "appc/ace/cpu/request-quantity",
                                                       "appc/ace/memory/limit-quantity",
                                                       "appc/ace/memory/request-quantity",
                                                       "appc/ace/network-bandwidth/limit-quantity",
                                                       "appc/ace/resource-isolators/quantity-form"};
constexpr std::string_view kIsolatorQuantityGivenCited[] = {
    "appc/ace/resource-isolators/quantity-given"};
constexpr std::string_view kIsolatorRequestCited[] = {
    "appc/ace/resource-isolators/request-within-limit"};
constexpr std::string_view kIsolatorReservedCited[] = {
    "appc/ace/seccomp-remove-set/appc-scope-reserved",
    "appc/ace/seccomp-retain-set/appc-scope-reserved"};
constexpr std::string_view kIsolatorScopeCited[] = {
    "appc/ace/capabilities-remove-set/scope", "appc/ace/capabilities-retain-set/scope",
    "appc/ace/no-new-privileges/scope",       "appc/ace/seccomp-remove-set/scope",
    "appc/ace/seccomp-retain-set/scope",      "appc/ace/sysctl/scope"};
constexpr std::string_view kIsolatorSetCited[] = {
    "appc/ace/capabilities-remove-set/set-list", "appc/ace/capabilities-retain-set/set-list",
    "appc/ace/seccomp-remove-set/set-list", "appc/ace/seccomp-retain-set/set-list"};
constexpr std::string_view kIsolatorSetNotEmptyCited[] = {
    "appc/ace/seccomp-remove-set/set-not-empty", "appc/ace/seccomp-retain-set/set-not-empty"};
constexpr std::string_view kIsolatorSystemCallCited[] = {
    "appc/ace/seccomp-remove-set/set-names-system-calls",
    "appc/ace/seccomp-retain-set/set-names-system-calls"};
constexpr std::string_view kIsolatorValueCited[] = {
    "appc/ace/apparmor-profile/profile-string", "appc/ace/no-new-privileges/value-boolean",
    "appc/ace/selinux-context/level-string",    "appc/ace/selinux-context/role-string",
    "appc/ace/selinux-context/type-string",     "appc/ace/selinux-context/user-string",
    "appc/ace/sysctl/value-dictionary"};
constexpr std::string_view kIsolatorWildcardCited[] = {
    "appc/ace/seccomp-remove-set/wildcard-scoped", "appc/ace/seccomp-retain-set/wildcard-scoped"};

constexpr Rule kRules[] = {
    {"appc/isolator/capability", "capabilities are known ones", Level::kMust,
     kIsolatorCapabilityCited, CheckCapabilities},
    {"appc/isolator/default", "a rate says that it is the default", Level::kMust,
     kIsolatorDefaultCited, CheckDefault},
    {"appc/isolator/errno", "an error is a known one", Level::kMust, kIsolatorErrnoCited,
     CheckErrno},
    {"appc/isolator/exclusive", "what is kept and what is taken are not both said", Level::kMust,
     kIsolatorExclusiveCited, CheckExclusive},
    {"appc/isolator/once", "no isolator stands twice that may stand once", Level::kMust,
     kIsolatorOnceCited, CheckOnce},
    {"appc/isolator/quantity", "quantities are quantities", Level::kMust, kIsolatorQuantityCited,
     CheckQuantities},
    {"appc/isolator/quantity-given", "a resource has a request or a limit", Level::kMust,
     kIsolatorQuantityGivenCited, CheckQuantityGiven},
    {"appc/isolator/request", "a request is within the limit", Level::kMust, kIsolatorRequestCited,
     CheckRequest},
    {"appc/isolator/reserved", "special values of appc.io are defined ones", Level::kMust,
     kIsolatorReservedCited, CheckReserved},
    {"appc/isolator/scope", "isolators stand where they count", Level::kMust, kIsolatorScopeCited,
     CheckScope},
    {"appc/isolator/set", "a set is a list of names", Level::kMust, kIsolatorSetCited, CheckSets},
    {"appc/isolator/set-not-empty", "a set of system calls is not empty", Level::kMust,
     kIsolatorSetNotEmptyCited, CheckSetsNotEmpty},
    {"appc/isolator/system-call", "system calls are known ones", Level::kMust,
     kIsolatorSystemCallCited, CheckSystemCalls},
    {"appc/isolator/value", "values are of the type that is asked for", Level::kMust,
     kIsolatorValueCited, CheckValues},
    {"appc/isolator/wildcard", "special values have a scope and a name", Level::kMust,
     kIsolatorWildcardCited, CheckWildcards},
};

}  // namespace

RuleArea AppcIsolatorsRules() { return {{SubjectType::kAppcImage, SubjectType::kAppcPod}, kRules}; }

}  // namespace loadline::validator
