// SPDX-License-Identifier: Apache-2.0
// Misbehaviour of a runtime when something has gone wrong.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Where the container's groups are, by its configuration.
std::vector<std::string> GroupsOf(const RuntimeCall& call) {
  const json config =
      json::parse(ReadFile(call.bundle + "/config.json").value_or(""), nullptr, false);
  if (!config.is_object()) return {};
  const std::string path = config.value("/linux/cgroupsPath"_json_pointer, "");
  std::vector<std::string> groups;
  std::error_code error;
  const fs::path mounts("/sys/fs/cgroup");
  if (fs::exists(mounts / "cgroup.procs", error)) return {mounts.string() + path};
  for (const auto& entry : fs::directory_iterator(mounts, error)) {
    if (entry.is_directory(error) && !entry.is_symlink(error))
      groups.push_back(entry.path().string() + path);
  }
  return groups;
}

// The directory that is given as --root.
std::string RootOf(const RuntimeCall& call) {
  for (size_t i = 0; i + 1 < call.globals.size(); ++i) {
    if (call.globals[i] == "--root") return call.globals[i + 1];
  }
  return "";
}

template <class F>
Result<ExitStatus> AfterAnError(const RuntimeCall& call, F&& misbehave) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success()) misbehave();
  return status;
}

// What the runtime's state tells; null when it tells nothing.
json StateOf(const RuntimeCall& call) {
  const auto outcome = RunQuietly(call.Other({"state", call.id}));
  if (!outcome || !outcome->status.Success()) return nullptr;
  return json::parse(outcome->standard_output, nullptr, false);
}

}  // namespace

Result<ExitStatus> KeepProcessOnError(const RuntimeCall& call) {
  return AfterAnError(call, [] {
    if (fork() != 0) return;
    setsid();
    for (const int stream : {0, 1, 2}) close(stream);
    while (true) pause();
  });
}

Result<ExitStatus> KeepGroupsOnError(const RuntimeCall& call) {
  return AfterAnError(call, [&] {
    std::error_code error;
    for (const std::string& group : GroupsOf(call)) fs::create_directory(group, error);
  });
}

Result<ExitStatus> KeepStateOnError(const RuntimeCall& call) {
  return AfterAnError(call, [&] { std::ofstream(RootOf(call) + "/" + call.id + ".lock"); });
}

Result<ExitStatus> ForgetStateOnError(const RuntimeCall& call) {
  return AfterAnError(call, [&] {
    std::error_code error;
    if (!call.force) fs::remove_all(RootOf(call) + "/" + call.id, error);
  });
}

Result<ExitStatus> KillContainerOnError(const RuntimeCall& call) {
  return AfterAnError(call, [&] { (void)RunQuietly(call.Other({"kill", call.id, "KILL"})); });
}

Result<ExitStatus> InventState(const RuntimeCall& call) {
  const json state = StateOf(call);
  if (!state.is_null()) return RunInPlace(call.argv);
  const json invented = {{"ociVersion", "1.0.2"},
                         {"id", call.id},
                         {"status", "stopped"},
                         {"bundle", "/"},
                         {"annotations", json::object()}};
  RETURN_IF_ERROR(WriteAll(STDOUT_FILENO, invented.dump(2) + "\n"));
  return ExitStatus{};
}

Result<ExitStatus> ForceDeleteKnownAlone(const RuntimeCall& call) {
  const json state = StateOf(call);
  const bool known = state.is_object() && state.value("status", "") != "creating";
  return known || !call.force ? RunInPlace(call.argv) : ExitStatus{};
}

Result<ExitStatus> EmptyGroupBefore(const RuntimeCall& call) {
  for (const std::string& group : GroupsOf(call)) {
    std::ifstream members(group + "/cgroup.procs");
    for (pid_t pid = 0; members >> pid;) kill(pid, SIGKILL);
  }
  return RunInPlace(call.argv);
}

Result<ExitStatus> WaitUntilRunning(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  while (status.Success()) {
    const json state = StateOf(call);
    if (state.is_object() && state.value("status", "") == "running") break;
  }
  return status;
}

}  // namespace loadline::mutants
