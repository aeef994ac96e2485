// SPDX-License-Identifier: Apache-2.0
// What a container costs more than it has to: time of its system calls and of its start, and
// memory.
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/unique_fd.h"
#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kRules = 400;  // about one call, of which none ever applies
constexpr uint64_t kUnlikely = 0x10ad11e000;
constexpr milliseconds kMuchLonger{3000};
constexpr milliseconds kForEachProcess{5};
constexpr size_t kWasted = 64 << 20;

// Nothing sleeps here: a runtime that is slow works.
void Burn(milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

int ProcessCount() {
  int count = 0;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator("/proc", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    count += std::isdigit(static_cast<unsigned char>(entry->path().filename().string()[0])) != 0;
  return count;
}

// What stays must not hold the caller's streams.
void LeaveCaller() {
  setsid();
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(stream);
}

// Stops it at each system call, on the way in and on the way out, until its end.
void StopAtCalls(pid_t pid) {
  if (ptrace(PTRACE_SEIZE, pid, nullptr, PTRACE_O_TRACESYSGOOD) != 0) return;
  if (ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0) return;
  constexpr int kAtCall = SIGTRAP | 0x80;
  int status = 0;
  while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
    const bool event = status >> 16 != 0;
    const int signal = event || WSTOPSIG(status) == kAtCall ? 0 : WSTOPSIG(status);
    if (ptrace(PTRACE_SYSCALL, pid, nullptr, signal) != 0) return;
  }
}

}  // namespace

void SlowDownCall(json& config) {
  json& filter = config["linux"]["seccomp"];
  if (filter.is_null()) filter = {{"defaultAction", "SCMP_ACT_ALLOW"}};
  for (int i = 0; i < kRules; ++i) {
    const json argument = {
        {"index", 0}, {"value", kUnlikely + static_cast<uint64_t>(i)}, {"op", "SCMP_CMP_EQ"}};
    filter["syscalls"].push_back(
        {{"names", {"getppid"}}, {"action", "SCMP_ACT_ERRNO"}, {"args", json::array({argument})}});
  }
}

Result<ExitStatus> StartAndTrace(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success()) return status;
  ASSIGN_OR_RETURN(const RunOutcome answer, RunQuietly(call.Other({"state", call.id})));
  const json state = json::parse(answer.standard_output, nullptr, false);
  if (!state.is_object() || state.value("pid", 0) <= 0) return status;
  const pid_t tracer = fork();
  if (tracer < 0) return CallError("fork");
  if (tracer > 0) return status;
  LeaveCaller();
  StopAtCalls(state["pid"].get<pid_t>());
  _exit(0);
}

Result<ExitStatus> StartSlowly(const RuntimeCall& call) {
  Burn(kMuchLonger);
  return RunInPlace(call.argv);
}

Result<ExitStatus> CreateSlower(const RuntimeCall& call) {
  Burn(kForEachProcess * ProcessCount());
  return RunInPlace(call.argv);
}

// A process with much memory, which ends with the container's.
Result<ExitStatus> CreateAndWasteMemory(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success() || call.pid_file.empty()) return status;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(call.pid_file));
  const UniqueFd container(
      static_cast<int>(syscall(SYS_pidfd_open, std::strtol(text.c_str(), nullptr, 10), 0)));
  void* memory = mmap(nullptr, kWasted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!container || memory == MAP_FAILED) return status;
  std::memset(memory, 1, kWasted);
  const pid_t waster = fork();
  if (waster < 0) return CallError("fork");
  if (waster > 0) return status;
  LeaveCaller();
  pollfd entry{container.get(), POLLIN, 0};
  while (poll(&entry, 1, -1) <= 0) {
  }
  _exit(0);
}

}  // namespace loadline::mutants
