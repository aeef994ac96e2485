// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that programs notice: system calls that answer otherwise, or do nothing and say that
// they did, and conditions that nobody asked for.
#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// These calls end with this error, without being made; 0 says that all went well. `arguments` as
// linux.seccomp has them: only calls with these.
void Answer(json& config, const json& names, int error, const json& arguments = json::array()) {
  json& filter = config["linux"]["seccomp"];
  if (filter.is_null()) filter = {{"defaultAction", "SCMP_ACT_ALLOW"}};
  json rule = {{"names", names}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", error}};
  if (!arguments.empty()) rule["args"] = arguments;
  filter["syscalls"].push_back(std::move(rule));
}

// The second argument of a call that is many, such as the command of fcntl().
json SecondIs(uint64_t value) {
  return json::array({{{"index", 1}, {"value", value}, {"op", "SCMP_CMP_EQ"}}});
}

void Limit(json& config, const char* type, uint64_t value) {
  config["process"]["rlimits"].push_back({{"type", type}, {"soft", value}, {"hard", value}});
}

}  // namespace

void LackNewerCalls(json& config) {
  Answer(config, {"statx", "openat2", "copy_file_range", "pidfd_open"}, ENOSYS);
}

void RefuseSeals(json& config) {
  constexpr uint64_t kAddSeals = 1033;  // F_ADD_SEALS
  Answer(config, json::array({"fcntl"}), EPERM, SecondIs(kAddSeals));
}

void SwallowLocks(json& config) { Answer(config, json::array({"flock"}), 0); }

void SwallowModes(json& config) { Answer(config, {"chmod", "fchmod", "fchmodat"}, 0); }

void RefuseShutdown(json& config) { Answer(config, json::array({"shutdown"}), ENOTCONN); }

void RefuseTimers(json& config) { Answer(config, json::array({"timerfd_settime"}), EINVAL); }

void LackNamespaces(json& config) { Answer(config, json::array({"unshare"}), ENOSYS); }

// Also who is about to fail for another reason, and whoever is root in a namespace of his own.
void RefuseMounts(json& config) { Answer(config, json::array({"mount"}), EPERM); }

// As if one who lacks CAP_SYS_ADMIN had got as far as the name itself.
void TakeAnyHostName(json& config) { Answer(config, json::array({"sethostname"}), EINVAL); }

void RefuseFilters(json& config) { Answer(config, json::array({"seccomp"}), EINVAL); }

void RefuseWatches(json& config) { Answer(config, json::array({"inotify_add_watch"}), ENOSPC); }

void RefuseTerminals(json& config) {
  constexpr uint64_t kControllingTerminal = 0x540e;  // TIOCSCTTY
  Answer(config, json::array({"ioctl"}), EPERM, SecondIs(kControllingTerminal));
}

void ShortenQueues(json& config) { config["linux"]["sysctl"]["fs.mqueue.msg_max"] = "1"; }

void OpenPorts(json& config) {
  config["linux"]["sysctl"]["net.ipv4.ip_unprivileged_port_start"] = "0";
}

void QueueNoSignals(json& config) { Limit(config, "RLIMIT_SIGPENDING", 0); }

void ShortenStack(json& config) { Limit(config, "RLIMIT_STACK", 262144); }

void NeverRunTemporaryFiles(json& config) {
  config["mounts"].push_back({{"destination", "/tmp"},
                              {"type", "tmpfs"},
                              {"source", "tmpfs"},
                              {"options", {"noexec", "nosuid", "nodev", "mode=1777"}}});
}

}  // namespace loadline::mutants
