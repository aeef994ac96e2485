// SPDX-License-Identifier: Apache-2.0
// Rules on seccomp.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/names/kernel_names.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kMetadata[] = {
    "oci-runtime/config-linux/seccomp/listener/metadata-needs-path"};

constexpr std::string_view kArchitectures[] = {
    "oci-runtime/config-linux/seccomp/architectures-known"};

const std::string kSeccomp = "/linux/seccomp";

bool TakesErrno(const std::string& action) {
  return action == "SCMP_ACT_ERRNO" || action == "SCMP_ACT_TRACE";
}

void ForEachRule(const RuleInput& input,
                 const std::function<void(const Json&, const std::string&)>& visit) {
  ForEach(input.config, kSeccomp + "/syscalls", visit);
}

void CheckNames(const RuleInput& input, Reporter& reporter) {
  ForEachRule(input, [&](const Json&, const std::string& pointer) {
    ForEach(input.config, Join(pointer, "names"), [&](const Json& name, const std::string& place) {
      if (name.is_string() && !IsSystemCall(name.get_ref<const std::string&>()))
        reporter.Report(place, "the system call " + name.dump() + " is not known",
                        "mind the spelling: a runtime skips it in silence");
    });
  });
}

void CheckErrno(const RuleInput& input, Reporter& reporter) {
  const auto default_action = StringAt(input.config, kSeccomp + "/defaultAction");
  if (default_action && !TakesErrno(*default_action) &&
      At(input.config, kSeccomp + "/defaultErrnoRet") != nullptr)
    reporter.Report(kSeccomp + "/defaultErrnoRet", *default_action + " returns no errno",
                    "remove it, or use SCMP_ACT_ERRNO");
  ForEachRule(input, [&](const Json& rule, const std::string& pointer) {
    const auto action = String(rule, "action");
    if (action && !TakesErrno(*action) && Get(rule, "errnoRet") != nullptr)
      reporter.Report(Join(pointer, "errnoRet"), *action + " returns no errno",
                      "remove it, or use SCMP_ACT_ERRNO");
  });
}

void CheckErrnoRange(const RuleInput& input, Reporter& reporter) {
  // For SCMP_ACT_TRACE the number is a message to the tracer, of 16 bits.
  const auto check = [&](const std::string& pointer, const std::optional<std::string>& action) {
    const auto value = WholeAt(input.config, pointer);
    if (value && action == "SCMP_ACT_ERRNO" && *value > 4095)
      reporter.Report(pointer, Text(*value) + " is no errno", "give a number up to 4095");
    if (value && action == "SCMP_ACT_TRACE" && *value > 65535)
      reporter.Report(pointer, Text(*value) + " does not reach the tracer",
                      "give a number up to 65535");
  };
  check(kSeccomp + "/defaultErrnoRet", StringAt(input.config, kSeccomp + "/defaultAction"));
  ForEachRule(input, [&](const Json& rule, const std::string& pointer) {
    check(Join(pointer, "errnoRet"), String(rule, "action"));
  });
}

void CheckArguments(const RuleInput& input, Reporter& reporter) {
  ForEachRule(input, [&](const Json&, const std::string& pointer) {
    ForEach(
        input.config, Join(pointer, "args"), [&](const Json& argument, const std::string& place) {
          const auto index = Integer(argument, "index");
          if (index && *index > 5)
            reporter.Report(Join(place, "index"),
                            "a system call has six arguments, and this is number " + Text(*index),
                            "give 0 to 5");
        });
  });
}

void CheckValueTwo(const RuleInput& input, Reporter& reporter) {
  ForEachRule(input, [&](const Json&, const std::string& pointer) {
    ForEach(input.config, Join(pointer, "args"),
            [&](const Json& argument, const std::string& place) {
              const auto op = String(argument, "op");
              const auto second = Integer(argument, "valueTwo");
              if (op && second && *second != 0 && *op != "SCMP_CMP_MASKED_EQ")
                reporter.Report(Join(place, "valueTwo"), *op + " compares with one value",
                                "remove it, or use SCMP_CMP_MASKED_EQ");
            });
  });
}

void CheckNotify(const RuleInput& input, Reporter& reporter) {
  // As the default it is a finding of config/seccomp/notify-default.
  bool notifies = StringAt(input.config, kSeccomp + "/defaultAction") == "SCMP_ACT_NOTIFY";
  ForEachRule(input, [&](const Json& rule, const std::string&) {
    notifies = notifies || String(rule, "action") == "SCMP_ACT_NOTIFY";
  });
  const bool listens = !StringAt(input.config, kSeccomp + "/listenerPath").value_or("").empty();
  if (notifies && !listens)
    reporter.Report(kSeccomp, "SCMP_ACT_NOTIFY has nobody to notify",
                    "name the agent's socket in listenerPath");
  if (listens && !notifies)
    reporter.Report(kSeccomp + "/listenerPath", "no rule uses SCMP_ACT_NOTIFY",
                    "remove listenerPath, or add the rule");
}

void CheckDefaultNotify(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, kSeccomp + "/defaultAction") == "SCMP_ACT_NOTIFY")
    reporter.Report(kSeccomp + "/defaultAction",
                    "SCMP_ACT_NOTIFY cannot be the default: the agent could not be told",
                    "use it for single system calls");
}

void CheckMetadata(const RuleInput& input, Reporter& reporter) {
  if (At(input.config, kSeccomp + "/listenerMetadata") != nullptr &&
      StringAt(input.config, kSeccomp + "/listenerPath").value_or("").empty())
    reporter.Report(kSeccomp + "/listenerMetadata",
                    "listenerMetadata is sent to nobody without listenerPath",
                    "add listenerPath, or remove it");
}

void CheckSameAsDefault(const RuleInput& input, Reporter& reporter) {
  const auto default_action = StringAt(input.config, kSeccomp + "/defaultAction");
  const auto default_errno = WholeAt(input.config, kSeccomp + "/defaultErrnoRet");
  ForEachRule(input, [&](const Json& rule, const std::string& pointer) {
    const auto action = String(rule, "action");
    if (action && default_action == action && Integer(rule, "errnoRet") == default_errno)
      reporter.Report(pointer, "the rule does what the default does", "remove it");
  });
}

void CheckContradiction(const RuleInput& input, Reporter& reporter) {
  std::map<std::string, std::string> actions;
  ForEachRule(input, [&](const Json& rule, const std::string& pointer) {
    const auto action = String(rule, "action");
    const Json* args = Get(rule, "args");
    if (!action || (args != nullptr && !args->empty())) return;
    ForEach(input.config, Join(pointer, "names"), [&](const Json& name, const std::string& place) {
      if (!name.is_string()) return;
      const auto [known, added] = actions.emplace(name, *action);
      if (!added && known->second != *action)
        reporter.Report(place, name.get<std::string>() + " has another rule with " + known->second,
                        "keep one of them");
    });
  });
}

void CheckArchitectures(const RuleInput& input, Reporter& reporter) {
  // Of the standard and not of the libseccomp that stands here, which may be older.
  constexpr std::string_view kNames[] = {
      "X86",     "X86_64",      "X32",    "ARM",      "AARCH64",     "MIPS",
      "MIPS64",  "MIPS64N32",   "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC",
      "PPC64",   "PPC64LE",     "S390",   "S390X",    "PARISC",      "PARISC64",
      "RISCV64", "LOONGARCH64", "M68K",   "SH",       "SHEB"};
  constexpr std::string_view kPrefix = "SCMP_ARCH_";
  ForEach(input.config, kSeccomp + "/architectures",
          [&](const Json& name, const std::string& pointer) {
            if (!name.is_string()) return;
            const std::string text = name;
            if (!text.starts_with(kPrefix) ||
                std::find(std::begin(kNames), std::end(kNames), text.substr(kPrefix.size())) ==
                    std::end(kNames))
              reporter.Report(pointer, text + " is no architecture of the standard",
                              "use a name such as SCMP_ARCH_X86_64");
          });
}

void CheckEssential(const RuleInput& input, Reporter& reporter) {
  const auto default_action =
      StringAt(input.config, kSeccomp + "/defaultAction").value_or("SCMP_ACT_ALLOW");
  if (default_action == "SCMP_ACT_ALLOW" || default_action == "SCMP_ACT_LOG") return;
  std::set<std::string_view> named;
  ForEachRule(input, [&](const Json&, const std::string& pointer) {
    for (const std::string_view name : StringViews(input.config, Join(pointer, "names")))
      named.insert(name);
  });
  for (const char* name : {"execve", "exit_group"}) {
    if (named.count(name) == 0)
      reporter.Report(
          kSeccomp, std::string("no rule names ") + name + ", and the default is " + default_action,
          "allow it: no program starts or ends without it");
  }
}

constexpr Rule kRules[] = {
    {"config/seccomp/call-known", "every system call is known", Level::kShould, {}, CheckNames},
    {"config/seccomp/errno-action",
     "errnoRet comes with an action that returns it",
     Level::kMust,
     {},
     CheckErrno},
    {"config/seccomp/errno-range", "errnoRet is an errno", Level::kMust, {}, CheckErrnoRange},
    {"config/seccomp/argument-index",
     "arguments are numbered 0 to 5",
     Level::kMust,
     {},
     CheckArguments},
    {"config/seccomp/value-two",
     "valueTwo comes with SCMP_CMP_MASKED_EQ",
     Level::kShould,
     {},
     CheckValueTwo},
    {"config/seccomp/notify-listener",
     "SCMP_ACT_NOTIFY and listenerPath come together",
     Level::kMust,
     {},
     CheckNotify},
    {"config/seccomp/notify-default",
     "SCMP_ACT_NOTIFY is not the default",
     Level::kMust,
     {},
     CheckDefaultNotify},
    {"config/seccomp/metadata-listener", "listenerMetadata comes with listenerPath", Level::kMust,
     kMetadata, CheckMetadata},
    {"config/seccomp/same-as-default",
     "no rule repeats the default",
     Level::kShould,
     {},
     CheckSameAsDefault},
    {"config/seccomp/contradiction",
     "no system call has two actions",
     Level::kShould,
     {},
     CheckContradiction},
    {"config/seccomp/architecture-known", "every architecture is known", Level::kMust,
     kArchitectures, CheckArchitectures},
    {"config/seccomp/essential-calls",
     "a program can start and end",
     Level::kShould,
     {},
     CheckEssential},
};

}  // namespace

RuleArea SeccompRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
