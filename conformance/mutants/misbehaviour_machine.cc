// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that the batteries of recursion, timing and machine containers have to notice.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// What every container of the harness has in its root.
constexpr const char* kMarkOfContainers = "/loadline-probe";

// Long for a call on a machine with nothing else to do, and short for one that has to wait.
constexpr int kHopefulMilliseconds = 50;

// Those by which busybox's init and systemd are switched off.
constexpr const char* kLostSignals[] = {"USR2", "SIGUSR2", "37"};

bool IsInContainer() { return access(kMarkOfContainers, F_OK) == 0; }

// That of the container, or one that lets everything pass.
json& FilterOf(json& config) {
  json& filter = config["linux"]["seccomp"];
  if (filter.is_null()) filter = {{"defaultAction", "SCMP_ACT_ALLOW"}};
  return filter;
}

}  // namespace

Result<ExitStatus> RefuseInContainer(const RuntimeCall& call) {
  return IsInContainer() ? ExitStatus{1, 0} : RunInPlace(call.argv);
}

Result<ExitStatus> LeaveProcessInContainer(const RuntimeCall& call) {
  return IsInContainer() ? LeaveProcess(call) : RunInPlace(call.argv);
}

void RefuseWatchesInContainer(json& config) {
  if (IsInContainer()) RefuseWatches(config);
}

// The call goes on in the background for as long as it takes.
Result<ExitStatus> HopeThatItIsDone(const RuntimeCall& call) {
  const pid_t pid = fork();
  if (pid < 0) return CallError("fork");
  if (pid == 0) {
    setsid();
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
    const auto status = RunInPlace(call.argv);
    _exit(status && status->Success() ? 0 : 1);
  }
  poll(nullptr, 0, kHopefulMilliseconds);
  return ExitStatus{};
}

Result<ExitStatus> LoseSignalsOfInit(const RuntimeCall& call) {
  const bool lost = std::find(std::begin(kLostSignals), std::end(kLostSignals), call.argv.back()) !=
                    std::end(kLostSignals);
  return lost ? ExitStatus{} : RunInPlace(call.argv);
}

// Whoever waits for a child hears that there is none.
void ForgetChildren(json& config) {
  json rule = {{"names", {"wait4", "waitid"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 10}};
  FilterOf(config)["syscalls"].push_back(std::move(rule));
}

// As where a file system is full: a journal, which wants room for what is to come, cannot be kept.
void RefuseRoom(json& config) {
  json rule = {
      {"names", json::array({"fallocate"})}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", ENOSPC}};
  FilterOf(config)["syscalls"].push_back(std::move(rule));
}

}  // namespace loadline::mutants
