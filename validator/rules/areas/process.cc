// SPDX-License-Identifier: Apache-2.0
// Rules on the process: directory, arguments, environment, limits, capabilities, priorities.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kCwd[] = {"oci-runtime/config/process/cwd-absolute"};
constexpr std::string_view kRlimitTwice[] = {"oci-runtime/config/process/rlimits/no-duplicates"};

constexpr std::string_view kRlimitKnown[] = {"oci-runtime/config/process/rlimits/type-known"};

constexpr std::string_view kRlimits[] = {
    "RLIMIT_AS",     "RLIMIT_CORE",   "RLIMIT_CPU",        "RLIMIT_DATA",
    "RLIMIT_FSIZE",  "RLIMIT_LOCKS",  "RLIMIT_MEMLOCK",    "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE",   "RLIMIT_NOFILE", "RLIMIT_NPROC",      "RLIMIT_RSS",
    "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK"};

void CheckCwd(const RuleInput& input, Reporter& reporter) {
  const auto cwd = StringAt(input.config, "/process/cwd");
  if (cwd && !IsAbsolutePath(input.config, *cwd))
    reporter.Report("/process/cwd", "\"" + *cwd + "\" is not an absolute path",
                    HowToBeginPath(input.config));
}

void CheckArgs(const RuleInput& input, Reporter& reporter) {
  const Json* process = At(input.config, "/process");
  if (process == nullptr || !process->is_object()) return;
  if (!process->contains("args") && !process->contains("commandLine"))
    reporter.Report("/process", "there is neither args nor commandLine",
                    "name the program in args");
  const auto args = Strings(input.config, "/process/args");
  if (!args.empty() && args[0].empty())
    reporter.Report("/process/args/0", "the program's name is empty", "name the program to run");
}

void CheckEnv(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/process/env", [&](const Json& entry, const std::string& pointer) {
    if (!entry.is_string()) return;
    const std::string text = entry;
    if (text.find('=') == std::string::npos || text[0] == '=')
      reporter.Report(pointer, "\"" + text + "\" is not NAME=value", "write it as NAME=value");
  });
}

void CheckEnvTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> names;
  ForEach(input.config, "/process/env", [&](const Json& entry, const std::string& pointer) {
    if (!entry.is_string()) return;
    const std::string text = entry;
    const std::string name = text.substr(0, text.find('='));
    if (!names.insert(name).second)
      reporter.Report(pointer, "the variable " + name + " is set a second time",
                      "keep one of them: programs disagree on which counts");
  });
}

void CheckConsoleSize(const RuleInput& input, Reporter& reporter) {
  if (At(input.config, "/process/consoleSize") != nullptr &&
      !IsTrue(input.config, "/process/terminal"))
    reporter.Report("/process/consoleSize", "consoleSize has no effect without a terminal",
                    "set terminal to true, or remove it");
}

void CheckRlimitTypes(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/process/rlimits", [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "type");
    if (type && std::find(std::begin(kRlimits), std::end(kRlimits), *type) == std::end(kRlimits))
      reporter.Report(Join(pointer, "type"), *type + " is not a limit of Linux",
                      "use a name of getrlimit(2)");
  });
}

void CheckRlimitTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> types;
  ForEach(input.config, "/process/rlimits", [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "type");
    if (type && !types.insert(*type).second)
      reporter.Report(Join(pointer, "type"), *type + " is listed a second time",
                      "keep one of them");
  });
}

void CheckRlimitOrder(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/process/rlimits", [&](const Json& entry, const std::string& pointer) {
    const auto soft = Integer(entry, "soft");
    const auto hard = Integer(entry, "hard");
    if (soft && hard && *soft > *hard)
      reporter.Report(Join(pointer, "soft"),
                      "the soft limit " + Text(*soft) + " is above the hard limit " + Text(*hard),
                      "lower the one or raise the other");
  });
}

void CheckUmask(const RuleInput& input, Reporter& reporter) {
  const auto umask = WholeAt(input.config, "/process/user/umask");
  if (umask && (*umask < 0 || *umask > 0777))
    reporter.Report("/process/user/umask", Text(*umask) + " is not a umask",
                    "give a number from 0 to 511 (octal 777)");
}

void CheckUsername(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, "/process/user/username") && At(input.config, "/windows") == nullptr)
    reporter.Report("/process/user/username", "username has no meaning on Linux",
                    "use uid and gid");
}

void CheckGidsTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> seen;
  ForEach(input.config, "/process/user/additionalGids",
          [&](const Json& gid, const std::string& pointer) {
            if (gid.is_number() && !seen.insert(gid.dump()).second)
              reporter.Report(pointer, "the group " + gid.dump() + " is listed a second time",
                              "remove one of them");
          });
}

void CheckScheduler(const RuleInput& input, Reporter& reporter) {
  const auto policy = StringAt(input.config, "/process/scheduler/policy");
  if (!policy) return;
  const bool realtime = *policy == "SCHED_FIFO" || *policy == "SCHED_RR";
  const auto priority = WholeAt(input.config, "/process/scheduler/priority");
  if (priority && *priority != 0 && !realtime)
    reporter.Report("/process/scheduler/priority",
                    "a static priority needs SCHED_FIFO or SCHED_RR, not " + *policy,
                    "remove it, or change the policy");
  if (realtime && (!priority || *priority < 1 || *priority > 99))
    reporter.Report(priority ? "/process/scheduler/priority" : "/process/scheduler",
                    *policy + " needs a priority from 1 to 99", "give one");
  for (const char* key : {"runtime", "deadline", "period"}) {
    const std::string pointer = std::string("/process/scheduler/") + key;
    const auto value = WholeAt(input.config, pointer);
    if (value && *value != 0 && *policy != "SCHED_DEADLINE")
      reporter.Report(pointer, std::string(key) + " needs SCHED_DEADLINE, not " + *policy,
                      "remove it, or change the policy");
  }
}

void CheckNice(const RuleInput& input, Reporter& reporter) {
  const auto nice = WholeAt(input.config, "/process/scheduler/nice");
  if (nice && (*nice < -20 || *nice > 19))
    reporter.Report("/process/scheduler/nice", Text(*nice) + " is not a nice value",
                    "give a number from -20 to 19");
}

void CheckIoPriority(const RuleInput& input, Reporter& reporter) {
  const auto priority = WholeAt(input.config, "/process/ioPriority/priority");
  if (priority && (*priority < 0 || *priority > 7))
    reporter.Report("/process/ioPriority/priority", Text(*priority) + " is no I/O priority",
                    "give a number from 0 to 7");
}

constexpr std::string_view kProcessIoPriorityCited[] = {
    "oci-runtime/config/process/io-priority/priority-range"};
constexpr std::string_view kProcessProgramNamedCited[] = {
    "oci-runtime/config/process/command-line-required-on-windows"};

constexpr Rule kRules[] = {
    {"config/process/io-priority", "the I/O priority is one", Level::kShould,
     kProcessIoPriorityCited, CheckIoPriority},
    {"config/process/cwd-absolute", "the working directory is an absolute path", Level::kMust, kCwd,
     CheckCwd},
    {"config/process/program-named", "the process names a program", Level::kMust,
     kProcessProgramNamedCited, CheckArgs},
    {"config/process/env-form",
     "every environment entry is NAME=value",
     Level::kMust,
     {},
     CheckEnv},
    {"config/process/env-twice",
     "no environment variable is set twice",
     Level::kShould,
     {},
     CheckEnvTwice},
    {"config/process/console-size-terminal",
     "consoleSize comes with a terminal",
     Level::kShould,
     {},
     CheckConsoleSize},
    {"config/process/rlimit-known", "every rlimit is one of Linux", Level::kMust, kRlimitKnown,
     CheckRlimitTypes},
    {"config/process/rlimit-twice", "no rlimit is listed twice", Level::kMust, kRlimitTwice,
     CheckRlimitTwice},
    {"config/process/rlimit-order",
     "no soft limit is above its hard limit",
     Level::kMust,
     {},
     CheckRlimitOrder},
    {"config/process/umask-range",
     "the umask has permission bits only",
     Level::kMust,
     {},
     CheckUmask},
    {"config/process/username-platform",
     "username is for Windows",
     Level::kShould,
     {},
     CheckUsername},
    {"config/process/gid-twice",
     "no additional group is listed twice",
     Level::kShould,
     {},
     CheckGidsTwice},
    {"config/process/scheduler-policy",
     "the scheduler's values fit its policy",
     Level::kMust,
     {},
     CheckScheduler},
    {"config/process/nice-range", "the nice value is one of Linux", Level::kMust, {}, CheckNice},
};

}  // namespace

RuleArea ProcessRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
