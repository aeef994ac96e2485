// SPDX-License-Identifier: Apache-2.0
// Becomes a program in conditions that its own caller could not give it.
#include "conformance/probe/launch.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "base/files.h"
#include "base/passed_fds.h"
#include "base/unique_fd.h"

namespace loadline::probe {
namespace {

struct LimitName {
  std::string_view name;
  decltype(RLIMIT_NOFILE) resource;
};
constexpr LimitName kLimits[] = {{"nofile", RLIMIT_NOFILE}, {"fsize", RLIMIT_FSIZE}};

constexpr size_t kMostCalls = 500;

#ifdef __aarch64__
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#endif

Result<void> SetLimit(const std::string& text) {
  const size_t equals = text.find('=');
  for (const LimitName& limit : kLimits) {
    if (text.substr(0, equals) != limit.name || equals == std::string::npos) continue;
    const auto value = static_cast<rlim_t>(strtoull(text.c_str() + equals + 1, nullptr, 10));
    const rlimit wanted{value, value};
    if (setrlimit(limit.resource, &wanted) != 0) return CallError("setrlimit", text);
    return {};
  }
  return Failure("--limit takes nofile=N or fsize=N, and not " + text);
}

sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
// Skips as many of what follows when what was loaded is the value, or is not.
sock_filter Skip(uint32_t value, uint8_t if_equal, uint8_t if_not) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, if_equal, if_not);
}
sock_filter Answer(uint32_t value) { return BPF_STMT(BPF_RET | BPF_K, value); }

// The calls are asked about, but for the one by which the descriptor of the questions is handed
// over.
std::vector<sock_filter> FilterOf(const std::vector<long>& calls, int socket) {
  std::vector<sock_filter> filter{Load(offsetof(seccomp_data, arch)),
                                  Skip(kArchitecture, 1, 0),
                                  Answer(SECCOMP_RET_ALLOW),
                                  Load(offsetof(seccomp_data, nr)),
                                  Skip(SYS_sendmsg, 0, 4),
                                  Load(offsetof(seccomp_data, args[0])),
                                  Skip(static_cast<uint32_t>(socket), 0, 1),
                                  Answer(SECCOMP_RET_ALLOW),
                                  Load(offsetof(seccomp_data, nr))};
  for (const long call : calls) {
    filter.push_back(Skip(static_cast<uint32_t>(call), 0, 1));
    filter.push_back(Answer(SECCOMP_RET_USER_NOTIF));
  }
  filter.push_back(Answer(SECCOMP_RET_ALLOW));
  return filter;
}

std::vector<long> ParseCalls(const std::string& text) {
  std::vector<long> calls;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    calls.push_back(strtol(at, &end, 10));
    if (end == at) return {};
    at = *end == ',' ? end + 1 : end;
  }
  return calls;
}

// From here on the calls, of this process and of all that come from it, wait until whoever has the
// other side of the socket has answered.
Result<void> LetBeWatched(int socket, const std::vector<long>& calls) {
  if (calls.empty() || calls.size() > kMostCalls)
    return Failure("--watch takes the numbers of calls, separated by commas");
  std::vector<sock_filter> filter = FilterOf(calls, socket);
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (fcntl(socket, F_SETFD, FD_CLOEXEC) != 0) return CallError("fcntl");
  // A signal must not take back a question that was asked: it would be asked, and counted, twice.
  unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (listener < 0 && errno == EINVAL) {  // Linux before 5.19
    flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  }
  if (listener < 0) return CallError("seccomp");
  return SendFd(socket, static_cast<int>(listener), std::to_string(getpid()));
}

struct Conditions {
  int socket = -1;
  std::vector<long> calls;
  std::vector<std::string> limits;
  std::vector<std::string> groups;
  int processor = -1;
  size_t command = 0;  // where it begins
};

Result<Conditions> Parse(const std::vector<std::string>& arguments) {
  Conditions conditions;
  for (size_t i = 2; i < arguments.size(); i += 2) {
    if (arguments[i] == "--" && i + 1 < arguments.size()) {
      conditions.command = i + 1;
      return conditions;
    }
    if (i + 1 >= arguments.size()) break;
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--limit") {
      conditions.limits.push_back(value);
    } else if (arguments[i] == "--group") {
      conditions.groups.push_back(value);
    } else if (arguments[i] == "--processor") {
      conditions.processor = static_cast<int>(strtol(value.c_str(), nullptr, 10));
    } else if (arguments[i] == "--watch") {
      const size_t colon = value.find(':');
      conditions.socket = static_cast<int>(strtol(value.c_str(), nullptr, 10));
      conditions.calls = ParseCalls(value.substr(std::min(colon, value.size() - 1) + 1));
    } else {
      break;
    }
  }
  return Failure(
      "launch [--limit NAME=N]… [--group DIRECTORY]… [--processor N] [--watch SOCKET:CALL,…] "
      "-- PROGRAM …");
}

Result<void> StayOn(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (sched_setaffinity(0, sizeof set, &set) == 0) return {};
  return CallError("sched_setaffinity", std::to_string(processor));
}

Result<void> Enter(const Conditions& conditions) {
  for (const std::string& group : conditions.groups)
    RETURN_IF_ERROR(WriteExisting(group + "/cgroup.procs", "0"));
  if (conditions.processor >= 0) RETURN_IF_ERROR(StayOn(conditions.processor));
  for (const std::string& limit : conditions.limits) RETURN_IF_ERROR(SetLimit(limit));
  if (conditions.socket >= 0) RETURN_IF_ERROR(LetBeWatched(conditions.socket, conditions.calls));
  return {};
}

}  // namespace

std::string Launch(const std::vector<std::string>& arguments) {
  auto conditions = Parse(arguments);
  if (!conditions) return conditions.error().ToLine();
  std::vector<char*> argv;
  for (size_t i = conditions->command; i < arguments.size(); ++i)
    argv.push_back(const_cast<char*>(arguments[i].c_str()));
  argv.push_back(nullptr);
  if (auto entered = Enter(*conditions); !entered) return entered.error().ToLine();
  execv(argv[0], argv.data());
  return CallError("execv", argv[0]).ToLine();
}

}  // namespace loadline::probe
