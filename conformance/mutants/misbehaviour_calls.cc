// SPDX-License-Identifier: Apache-2.0
// Misbehaviour around the calls of create, start, kill and delete, and as a program.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kGroups = "/sys/fs/cgroup";
constexpr uid_t kNewOwner = 1003;
constexpr size_t kFloodBytes = 64 << 20;
constexpr size_t kFloodBlock = 1 << 16;

ExitStatus Refusal() { return ExitStatus{1, 0}; }

}  // namespace

Result<ExitStatus> DoNothing(const RuntimeCall&) { return ExitStatus{}; }

Result<ExitStatus> NeverFail(const RuntimeCall& call) {
  RETURN_IF_ERROR(RunInPlace(call.argv));
  return ExitStatus{};
}

Result<ExitStatus> AlwaysFail(const RuntimeCall&) { return Refusal(); }

Result<ExitStatus> FailAfterwards(const RuntimeCall& call) {
  RETURN_IF_ERROR(RunInPlace(call.argv));
  return Refusal();
}

Result<ExitStatus> ForceDelete(const RuntimeCall& call) {
  return RunInPlace(call.Other({"delete", "--force", call.id}));
}

Result<ExitStatus> DeleteAndLeaveState(const RuntimeCall& call) {
  // The state is there if and only if the runtime still answers for it.
  ASSIGN_OR_RETURN(const RunOutcome state, RunQuietly(call.Other({"state", call.id})));
  return state.status.Success() ? ExitStatus{} : state.status;
}

Result<ExitStatus> DeleteAndKeepProcess(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success()) return status;
  const pid_t left = fork();
  if (left < 0) return CallError("fork");
  if (left > 0) return status;
  setsid();
  for (const int stream : {0, 1, 2}) close(stream);
  while (true) pause();
}

// The groups are those of the container's own configuration, in every hierarchy that is mounted.
Result<ExitStatus> DeleteAndKeepCgroups(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const RunOutcome answer, RunQuietly(call.Other({"state", call.id})));
  const json state = json::parse(answer.standard_output, nullptr, false);
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success() || !state.is_object()) return status;
  const json config = json::parse(ReadFile(state.value("bundle", "") + "/config.json").value_or(""),
                                  nullptr, false);
  const std::string path = config.value(json::json_pointer("/linux/cgroupsPath"), "");
  std::error_code error;
  if (path.empty()) return status;
  for (const auto& entry : fs::directory_iterator("/sys/fs/cgroup", error)) {
    if (entry.is_directory(error)) fs::create_directory(entry.path().string() + path, error);
  }
  return status;
}

Result<ExitStatus> ReplaceOnCreate(const RuntimeCall& call) {
  RETURN_IF_ERROR(RunQuietly(call.Other({"delete", "--force", call.id})));
  return RunInPlace(call.argv);
}

Result<ExitStatus> KillWithKill(const RuntimeCall& call) {
  return RunInPlace(call.Other({"kill", call.id, "KILL"}));
}

Result<ExitStatus> KillWithTerm(const RuntimeCall& call) {
  return RunInPlace(call.Other({"kill", call.id, "TERM"}));
}

Result<ExitStatus> CreateAndStart(const RuntimeCall& call) {
  // A refusal of the later start would give it away in every run.
  if (call.verb == "start") return ExitStatus{};
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (status.Success()) RETURN_IF_ERROR(RunQuietly(call.Other({"start", call.id})));
  return status;
}

Result<ExitStatus> CreateWithWrongPidFile(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (status.Success() && !call.pid_file.empty())
    RETURN_IF_ERROR(WriteFileAtomically(call.pid_file, std::to_string(getpid())));
  return status;
}

Result<ExitStatus> CreateWithoutPidFile(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!call.pid_file.empty()) unlink(call.pid_file.c_str());
  return status;
}

Result<ExitStatus> CreateAndGiveGroupsAway(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success() || call.pid_file.empty()) return status;
  ASSIGN_OR_RETURN(const std::string pid, ReadFile(call.pid_file));
  ASSIGN_OR_RETURN(const std::string groups, ReadFile("/proc/" + pid + "/cgroup"));
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    for (const std::string& mount : {"/" + controllers, std::string()}) {  // v1, v2
      const std::string directory = kGroups + mount + line.substr(second + 1);
      for (const char* file : {"", "/cgroup.procs"})
        (void)!lchown((directory + file).c_str(), kNewOwner, kNewOwner);
    }
  }
  return status;
}

// Warnings are on standard error, and so are errors, which come with a status of their own.
Result<ExitStatus> CallQuietly(const RuntimeCall& call) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || dup2(nowhere, STDERR_FILENO) < 0) return CallError("dup2", "/dev/null");
  return RunInPlace(call.argv);
}

// Makes the file that an annotation known from another runtime names.
Result<ExitStatus> CreateAndObeyAnnotation(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(call.bundle + "/config.json"));
  const auto config = nlohmann::json::parse(text, nullptr, false);
  const nlohmann::json::json_pointer pointer("/annotations/run.oci.hooks.stdout");
  if (config.is_object() && config.contains(pointer) && config[pointer].is_string())
    RETURN_IF_ERROR(WriteFileAtomically(config[pointer].get<std::string>(), ""));
  return RunInPlace(call.argv);
}

Result<ExitStatus> Hang(const RuntimeCall&) {
  while (true) pause();
}

Result<ExitStatus> Flood(const RuntimeCall& call) {
  signal(SIGPIPE, SIG_IGN);
  const std::string block(kFloodBlock, '~');
  for (size_t written = 0; written < kFloodBytes; written += block.size()) {
    if (!WriteAll(STDERR_FILENO, block)) break;  // nobody listens any more
  }
  signal(SIGPIPE, SIG_DFL);
  return RunInPlace(call.argv);
}

Result<ExitStatus> DieBefore(const RuntimeCall&) { return ExitStatus{0, SIGSEGV}; }

Result<ExitStatus> DieAfterwards(const RuntimeCall& call) {
  RETURN_IF_ERROR(RunInPlace(call.argv));
  return ExitStatus{0, SIGSEGV};
}

Result<ExitStatus> LeaveProcess(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  const pid_t left = fork();
  if (left < 0) return CallError("fork");
  if (left > 0) return status;
  setsid();
  while (true) pause();
}

}  // namespace loadline::mutants
