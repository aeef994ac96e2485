// SPDX-License-Identifier: Apache-2.0
// Sysctls that are the whole host's, or whose key or value is more than it seems: refused, or
// without effect outside. What is asked for of the host's is the value that it has already, so that
// nothing changes. Guards against CVE-2022-0811.
#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

std::string CheckOf(const char* name) {
  return std::string("loadline/isolation/sysctl-policy/") + name;
}
const std::string kOwn = "loadline/isolation/sysctl-policy/own";

// A key that must be refused.
struct Key {
  const char* check;
  const char* title;
  const char* key;
  const char* file;    // below /proc/sys: whose value is asked for
  const char* shared;  // the namespace that is the caller's; null: none
};
constexpr Key kKeys[] = {
    {"core-pattern", "kernel.core_pattern", "kernel.core_pattern", "kernel/core_pattern", nullptr},
    {"kernel", "another key of kernel", "kernel.core_uses_pid", "kernel/core_uses_pid", nullptr},
    {"kernel-panic", "kernel.panic", "kernel.panic", "kernel/panic", nullptr},
    {"memory", "a key of vm", "vm.swappiness", "vm/swappiness", nullptr},
    {"files", "a key of fs", "fs.file-max", "fs/file-max", nullptr},
    {"shared-network", "a key of net without a network namespace", "net.ipv4.ip_forward",
     "net/ipv4/ip_forward", "network"},
    {"shared-ipc", "a key of ipc without an ipc namespace", "kernel.msgmax", "kernel/msgmax",
     "ipc"},
    {"shared-queues", "a key of queues without an ipc namespace", "fs.mqueue.msg_max",
     "fs/mqueue/msg_max", "ipc"},
    {"slashes", "kernel.core_pattern with slashes", "kernel/core_pattern", "kernel/core_pattern",
     nullptr},
    {"climbing", "a key that climbs out of net", "net/../kernel/core_pattern",
     "kernel/core_pattern", nullptr},
    {"prefix", "a key that only begins like one of ipc", "kernel.shm_rmid_forced/../core_pattern",
     "kernel/core_pattern", nullptr},
    {"absolute", "a key that is a path", "/proc/sys/kernel/core_pattern", "kernel/core_pattern",
     nullptr},
};

// A value of kernel.msgmax that could be taken for more than one setting.
struct Value {
  const char* check;
  const char* title;
  const char* value;
};
constexpr Value kValues[] = {
    {"value-plus", "a value with a plus sign", "5000+kernel.msgmnb=5001"},
    {"value-newline", "a value with a newline", "5000\nkernel.msgmnb=5001"},
    {"value-equals", "a value with an equals sign", "5000=5001"},
    {"value-semicolon", "a value with a semicolon", "5000;kernel.msgmnb=5001"},
};
constexpr const char* kSecond = "kernel.msgmnb";

Result<std::string> HostValue(const char* file) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(std::string("/proc/sys/") + file, 4096));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Trial Asking(const std::string& key, const std::string& value) {
  Trial trial;
  trial.config = {{"linux", {{"sysctl", {{key, value}}}}}};
  trial.messages = {{{"tell", "observe"}, {"sysctls", {"kernel.msgmax", kSecond}}}};
  return trial;
}

std::string SysctlOf(const Outcome& outcome, const char* key) {
  return outcome.answers[0]
      .value(json::json_pointer("/probe/sysctls") / key, json(""))
      .get<std::string>();
}

// The control: a key of a namespace of the container's own is taken, and seen inside alone.
Result<std::string> JudgeOwn(Rig& rig, Findings& findings, const Sentinels& sentinels) {
  ASSIGN_OR_RETURN(const std::string before, HostValue("kernel/msgmax"));
  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, Asking("kernel.msgmax", "5000"), sentinels));
  if (outcome.refused) {
    findings.Judge(kOwn, false, "kernel.msgmax with an ipc namespace is refused: " + outcome.why);
    return std::string();
  }
  ASSIGN_OR_RETURN(const std::string afterwards, HostValue("kernel/msgmax"));
  findings.Judge(kOwn, before == afterwards && SysctlOf(outcome, "kernel.msgmax") == "5000",
                 "kernel.msgmax is " + SysctlOf(outcome, "kernel.msgmax") +
                     " inside instead of 5000, and " + afterwards + " outside",
                 outcome.ToJson());
  return SysctlOf(outcome, kSecond);
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  ASSIGN_OR_RETURN(const std::string second, JudgeOwn(rig, findings, sentinels));
  for (const Key& key : kKeys) {
    const auto value = HostValue(key.file);
    if (!value) {
      findings.Say(CheckOf(key.check), Verdict::kEnvironment,
                   "this kernel has no /proc/sys/" + std::string(key.file));
      continue;
    }
    Trial trial = Asking(key.key, *value);
    if (key.shared != nullptr) trial.config["linux"]["namespaces"][key.shared] = nullptr;
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
    JudgeTrial(findings, CheckOf(key.check), outcome, [&key](const Outcome&) {
      return std::string(key.key) + " was taken, which is the whole host's";
    });
  }
  for (const Value& value : kValues) {
    ASSIGN_OR_RETURN(const Outcome outcome,
                     Try(rig, Asking("kernel.msgmax", value.value), sentinels));
    JudgeTrial(findings, CheckOf(value.check), outcome, [&](const Outcome& seen) {
      const std::string now = SysctlOf(seen, kSecond);
      return second.empty() || now == second
                 ? std::string()
                 : std::string(kSecond) + " has become " + now + ", which nobody asked for";
    });
  }
  return {};
}

}  // namespace

BatteryRun SysctlPolicyRun() {
  const std::string refused = "loadline/isolation/probes/sysctls-of-the-host";
  BatteryRun run{"sysctl-policy",
                 {{kOwn,
                   "a sysctl of a namespace of the container's own is set there alone",
                   {"loadline/isolation/probes/own-sysctls"},
                   {}}},
                 false,
                 Work};
  for (const Key& key : kKeys)
    run.checks.push_back(
        {CheckOf(key.check), std::string(key.title) + " is refused", {refused}, {}});
  for (const Value& value : kValues)
    run.checks.push_back({CheckOf(value.check),
                          std::string(value.title) + " sets nothing else",
                          {"loadline/isolation/probes/sysctl-values"},
                          {}});
  return run;
}

}  // namespace loadline::conformance::isolation
