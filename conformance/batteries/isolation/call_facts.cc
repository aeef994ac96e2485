// SPDX-License-Identifier: Apache-2.0
// What a process may ask of the kernel, as its capabilities and its filter imply. Every call is
// made with arguments that have no effect: where it may be made, it succeeds at nothing or fails
// later.
#include <sys/syscall.h>

#include <algorithm>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// Whose capability counts: that of the user namespace which owns what is asked for, or that of the
// first one alone.
enum class Realm { kOwn, kFirst };

struct ImpliedCall {
  const char* area;
  const char* name;  // of a system call with its arguments, or of an attempt of the probe
  bool attempt;
  const char* call;        // that the filter may refuse
  const char* capability;  // that it needs
  Realm realm;
  // A setting that lets everybody do it when it is at most (or, negative: at least) this.
  const char* sysctl = nullptr;
  int open_at = 0;
};

constexpr ImpliedCall kCalls[] = {
    {"kernel", "bpf(11,0)", false, "bpf", "CAP_SYS_ADMIN", Realm::kFirst},
    {"kernel", "delete_module", false, "delete_module", "CAP_SYS_MODULE", Realm::kFirst},
    {"kernel", "init_module", false, "init_module", "CAP_SYS_MODULE", Realm::kFirst},
#ifdef SYS_ioperm  // of machines that have ports
    {"kernel", "ioperm", false, "ioperm", "CAP_SYS_RAWIO", Realm::kFirst},
#endif
    {"kernel", "kexec_load", false, "kexec_load", "CAP_SYS_BOOT", Realm::kFirst},
    {"kernel", "measure-kernel", true, "perf_event_open", "CAP_PERFMON", Realm::kFirst,
     "kernel.perf_event_paranoid", 1},
    {"kernel", "reboot", false, "reboot", "CAP_SYS_BOOT", Realm::kOwn},
    {"kernel", "swapon", false, "swapon", "CAP_SYS_ADMIN", Realm::kFirst},
    {"kernel", "syslog", false, "syslog", "CAP_SYSLOG", Realm::kFirst, "kernel.dmesg_restrict", 0},
    {"namespace", "chroot", true, "chroot", "CAP_SYS_CHROOT", Realm::kOwn},
    {"namespace", "fsopen", false, "fsopen", "CAP_SYS_ADMIN", Realm::kOwn},
    {"namespace", "mount-tmpfs", true, "mount", "CAP_SYS_ADMIN", Realm::kOwn},
    {"namespace", "move_mount", false, "move_mount", "CAP_SYS_ADMIN", Realm::kOwn},
    {"namespace", "pivot_root", false, "pivot_root", "CAP_SYS_ADMIN", Realm::kOwn},
    {"namespace", "sethostname", false, "sethostname", "CAP_SYS_ADMIN", Realm::kOwn},
    {"namespace", "unshare(0x4000000)", false, "unshare", "CAP_SYS_ADMIN", Realm::kOwn},
    {"process", "fanotify_init(4,0)", false, "fanotify_init", "CAP_SYS_ADMIN", Realm::kFirst},
    {"process", "mknod-null", true, "mknodat", "CAP_MKNOD", Realm::kFirst},
    {"process", "open-by-handle", true, "open_by_handle_at", "CAP_DAC_READ_SEARCH", Realm::kOwn},
    {"process", "set-groups", true, "setgroups", "CAP_SETGID", Realm::kOwn},
    {"process", "setpriority", false, "setpriority", "CAP_SYS_NICE", Realm::kFirst},
    {"process", "userfaultfd(0)", false, "userfaultfd", "CAP_SYS_PTRACE", Realm::kFirst,
     "vm.unprivileged_userfaultfd", -1},
    {"socket", "raw-socket", true, "socket", "CAP_NET_RAW", Realm::kOwn},
    {"socket", "socket(17,3,0)", false, "socket", "CAP_NET_RAW", Realm::kOwn},
};

json AnswerTo(const ImpliedCall& call, const json& observation) {
  const json::json_pointer place =
      json::json_pointer(call.attempt ? "/attempts" : "/syscalls") / call.name;
  return observation.value(place, json());
}

bool IsRefusal(const json& answer) {
  if (!answer.is_string()) return true;
  const auto& text = answer.get_ref<const std::string&>();
  return text == "EPERM" || text == "EACCES" || text == "ENOSYS" || text.starts_with("SIG");
}

// What everybody may do by a setting of the host.
bool IsOpen(const ImpliedCall& call, const Circumstances& c) {
  if (call.sysctl == nullptr) return false;
  const json text = c.native.value(json::json_pointer("/sysctls") / call.sysctl, json());
  if (!text.is_string() || text == "") return false;
  const int value = std::atoi(text.get_ref<const std::string&>().c_str());
  return call.open_at < 0 ? value >= -call.open_at : value <= call.open_at;
}

bool IsImplied(const ImpliedCall& call, const Circumstances& c, const json& capabilities) {
  const json filtered = FilteredAnswer(c.config, call.call);
  if (!filtered.is_null() && filtered != "allowed") return false;
  if (IsOpen(call, c)) return true;
  if (call.realm == Realm::kFirst && HasNamespace(c, "user")) return false;
  const json held = capabilities.value("effective", json::array());
  // What measures the kernel may be done by either.
  if (std::string_view(call.capability) == "CAP_PERFMON" && Contains(held, "CAP_SYS_ADMIN"))
    return true;
  return Contains(held, call.capability);
}

// The calls of an area that may be made. Those that a native process with all rights cannot make
// show nothing.
json Allowed(const Circumstances& c, std::string_view area, bool expected) {
  const json capabilities = CapabilitiesOfPayload(c);
  if (capabilities.is_null()) return nullptr;
  json allowed = json::array();
  bool any = false;
  for (const ImpliedCall& call : kCalls) {
    if (area != call.area || IsRefusal(AnswerTo(call, c.native))) continue;
    any = true;
    const json seen = AnswerTo(call, c.probe);
    // It gets as far as a native process does. Any other error is a way of saying no, and so is a
    // place that is read-only for both.
    const bool let = seen == "ok" || (seen == AnswerTo(call, c.native) && seen != "EROFS");
    if (expected ? IsImplied(call, c, capabilities) : let) allowed.push_back(call.name);
  }
  return any ? allowed : json();
}

json Names(bool attempts) {
  json names = json::array();
  for (const ImpliedCall& call : kCalls) {
    if (call.attempt == attempts) names.push_back(call.name);
  }
  return names;
}

}  // namespace

json ImpliedCalls() { return Names(false); }

json ImpliedAttempts() {
  json names = Names(true);
  for (const char* door : {"enter-as-i386", "enter-as-x32"}) names.push_back(door);
  return names;
}

std::vector<Fact> CallFacts() {
  return {
      {"kernel-calls",
       "no more can be asked of the kernel itself than capabilities and filter imply",
       [](const Circumstances& c) { return Allowed(c, "kernel", true); },
       [](const Circumstances& c) { return Allowed(c, "kernel", false); }, Match::kAtMost},
      {"namespace-calls", "namespaces and mounts are made only as capabilities and filter imply",
       [](const Circumstances& c) { return Allowed(c, "namespace", true); },
       [](const Circumstances& c) { return Allowed(c, "namespace", false); }, Match::kAtMost},
      {"process-calls",
       "files, faults and priorities are in reach only as capabilities and filter imply",
       [](const Circumstances& c) { return Allowed(c, "process", true); },
       [](const Circumstances& c) { return Allowed(c, "process", false); }, Match::kAtMost},
      {"socket-calls", "raw sockets are made only as capabilities and filter imply",
       [](const Circumstances& c) { return Allowed(c, "socket", true); },
       [](const Circumstances& c) { return Allowed(c, "socket", false); }, Match::kAtMost},
  };
}

}  // namespace loadline::conformance::isolation
