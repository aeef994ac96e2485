// SPDX-License-Identifier: Apache-2.0
// Seccomp: what becomes of system calls that the configuration filters.
#include <algorithm>
#include <cstring>
#include <optional>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// The probe can make all of these harmlessly (../../probe/syscalls.cc).
constexpr const char* kCalls[] = {"add_key",
                                  "bpf",
                                  "getpriority",
                                  "getrandom",
                                  "getsid",
                                  "getuid",
                                  "init_module",
                                  "io_uring_setup",
                                  "keyctl",
                                  "kexec_load",
                                  "mount",
                                  "move_mount",
                                  "open_by_handle_at",
                                  "perf_event_open",
                                  "personality",
                                  "pivot_root",
                                  "process_vm_readv",
                                  "ptrace",
                                  "quotactl",
                                  "reboot",
                                  "request_key",
                                  "sched_yield",
                                  "setns",
                                  "swapon",
                                  "umount2",
                                  "unshare",
                                  "userfaultfd"};

std::string NameOfErrno(const json& number) {
  const char* name = number.is_number_integer() ? strerrorname_np(number.get<int>()) : nullptr;
  return name != nullptr ? name : "errno " + number.dump();
}

json AnswerOf(const std::string& action, const json& error_number) {
  if (action == "SCMP_ACT_ALLOW" || action == "SCMP_ACT_LOG") return "allowed";
  if (action == "SCMP_ACT_ERRNO") return NameOfErrno(Or(error_number, EPERM));
  if (action == "SCMP_ACT_TRACE") return "ENOSYS";  // nobody traces
  if (action.starts_with("SCMP_ACT_KILL") || action == "SCMP_ACT_TRAP") return "SIGSYS";
  return nullptr;  // somebody is asked
}

// Answers that the calls of the probe got, of those that the filter gives one of `kind`.
json Answers(const Circumstances& c, bool expected, bool errors) {
  json answers = json::object();
  for (const char* call : kCalls) {
    const json answer = FilteredAnswer(c.config, call);
    if (answer.is_null() || answer == "allowed" || (answer != "SIGSYS") != errors) continue;
    answers[call] = expected ? answer : At(c.probe, ("/syscalls/" + std::string(call)).c_str());
  }
  return answers;
}

json ExpectedAnswers(const Circumstances& c, bool errors) {
  const json answers = Answers(c, true, errors);
  return answers.empty() ? json() : answers;
}

json SeenAnswers(const Circumstances& c, bool errors) {
  return At(c.probe, "/syscalls").is_null() ? json() : Answers(c, false, errors);
}

// getsid by the doors of other machines, where the kernel has them at all.
json OtherDoors(const Circumstances& c, bool expected) {
  json doors = json::object();
  for (const char* door : {"enter-as-i386", "enter-as-x32"}) {
    const std::string place = "/attempts/" + std::string(door);
    if (At(c.native, place.c_str()) != "ok") continue;
    const json answer = At(c.probe, place.c_str());
    if (answer.is_null()) continue;
    doors[door] = expected || answer != "ok" ? "refused" : "let through";
  }
  return doors;
}

}  // namespace

json FilterCalls() { return std::vector<std::string>(std::begin(kCalls), std::end(kCalls)); }

json FilteredAnswer(const json& config, const std::string& call) {
  const json filter = At(config, "/linux/seccomp");
  if (filter.is_null()) return "allowed";
  std::optional<json> answer;
  for (const json& rule : filter.value("syscalls", json::array())) {
    if (!Contains(rule.value("names", json::array()), call)) continue;
    const json of_rule = rule.value("args", json::array()).empty()
                             ? AnswerOf(rule.value("action", ""), rule.value("errnoRet", json()))
                             : json();
    if (of_rule.is_null() || (answer && *answer != of_rule)) return nullptr;
    answer = of_rule;
  }
  if (answer) return *answer;
  return AnswerOf(filter.value("defaultAction", ""), filter.value("defaultErrnoRet", json()));
}

std::vector<Fact> FilterFacts() {
  return {
      {"seccomp-mode", "system calls are filtered if and only if the configuration says so",
       [](const Circumstances& c) {
         const json filter = At(c.config, "/linux/seccomp");
         return json(filter.is_null() ? At(c.native, "/seccomp/mode") : json("filter"));
       },
       [](const Circumstances& c) { return At(c.probe, "/seccomp/mode"); }},
      {"seccomp-errno", "a filtered system call fails with the error of the configuration",
       [](const Circumstances& c) { return ExpectedAnswers(c, true); },
       [](const Circumstances& c) { return SeenAnswers(c, true); }},
      {"seccomp-signal", "a system call that is to end whoever makes it does so",
       [](const Circumstances& c) { return ExpectedAnswers(c, false); },
       [](const Circumstances& c) { return SeenAnswers(c, false); }},
      {"seccomp-other-entries",
       "a filtered system call is not let through at the entries of other machines",
       [](const Circumstances& c) {
         const json answer = FilteredAnswer(c.config, "getsid");
         const bool filtered = !answer.is_null() && answer != "allowed";
         const json doors = filtered ? OtherDoors(c, true) : json::object();
         return doors.empty() ? json() : doors;
       },
       [](const Circumstances& c) { return OtherDoors(c, false); }},
  };
}

}  // namespace loadline::conformance::isolation
