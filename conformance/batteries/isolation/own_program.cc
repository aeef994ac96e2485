// SPDX-License-Identifier: Apache-2.0
// The runtime's own program, as the process that waits for start and those of exec show it to the
// container. Guards against CVE-2019-5736.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "base/digest.h"
#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/isolation/watch_execs.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kWaiting = "loadline/isolation/own-program/waiting";
const std::string kExec = "loadline/isolation/own-program/exec";
const std::string kUnchanged = "loadline/isolation/own-program/unchanged";

// How the program of a process could be overwritten; empty when it cannot. An error when that
// cannot be told.
Result<std::string> Exposed(pid_t pid) {
  ASSIGN_OR_RETURN(const UniqueFd program, Open("/proc/" + std::to_string(pid) + "/exe", O_RDONLY));
  struct statvfs place {};
  if (fstatvfs(program.get(), &place) == 0 && (place.f_flag & ST_RDONLY) != 0) return std::string();
  const int seals = fcntl(program.get(), F_GET_SEALS);
  if (seals >= 0 && (seals & F_SEAL_WRITE) != 0) return std::string();
  std::error_code error;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).string() +
         " is neither sealed nor on a read-only mount";
}

// The candidate's programs, copied to a place that can be written: elsewhere in a cell everything
// is read-only, and nothing could be told.
Result<std::vector<std::string>> CopyPrograms(Rig& rig) {
  std::vector<std::string> copies;
  for (std::string& word : rig.calls().command) {
    std::error_code error;
    if (word[0] != '/' || !std::filesystem::is_regular_file(word, error)) continue;
    const std::string copy = rig.paths().work + "/" + std::to_string(copies.size()) + "-" +
                             std::filesystem::path(word).filename().string();
    std::filesystem::copy_file(word, copy, error);
    if (error) return Failure("the candidate's program cannot be copied: " + error.message());
    word = copy;
    copies.push_back(copy);
  }
  return copies;
}

Result<std::string> DigestOf(const std::vector<std::string>& files) {
  std::string digests;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(file, size_t{256} << 20));
    digests += Sha256(content);
  }
  return digests;
}

// Of the programs that a process of the container saw come by, those that it can write.
Result<void> JudgeExec(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const json watched, WatchExecs(rig, {kWatchedPayload, "/proc/self/exe"}));
  json writable = json::array();
  bool payload = false;
  for (const json& program : watched["writable"]) {
    payload = payload || program == kWatchedPayload;
    if (program != kWatchedPayload) writable.push_back(program);
  }
  // The control is in the same run: the image's own program can be written.
  if (!payload) {
    findings.Say(kExec, reports::Verdict::kInconclusive,
                 "the programs of exec cannot be seen from inside", watched);
    return {};
  }
  findings.Judge(kExec, writable.empty(), "the container can write " + writable.dump(), watched);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  // The control: a native program in such a place is exposed.
  const std::string probe = rig.paths().work + "/probe";
  std::error_code error;
  std::filesystem::copy_file(rig.paths().probe, probe, error);
  ASSIGN_OR_RETURN(Native native, Native::StartProgram(probe, {"serve"}));
  ASSIGN_OR_RETURN(const std::string control, Exposed(native.pid()));
  RETURN_IF_ERROR(CheckControl(!control.empty(), "a program that can be written"));

  ASSIGN_OR_RETURN(const std::vector<std::string> copies, CopyPrograms(rig));
  ASSIGN_OR_RETURN(const std::string before, DigestOf(copies));
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Create(*container));
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
  ASSIGN_OR_RETURN(const std::string exposed, Exposed(pid));
  findings.Judge(kWaiting, exposed.empty(), "the process that waits for start: " + exposed,
                 {{"exposed", exposed}});
  RETURN_IF_ERROR(rig.Start(*container));
  rig.Remove(*container);
  if (rig.HasVerb("exec")) RETURN_IF_ERROR(JudgeExec(rig, findings));
  ASSIGN_OR_RETURN(const std::string afterwards, DigestOf(copies));
  findings.Judge(kUnchanged, before == afterwards, "the candidate's program has changed",
                 {{"before", before}, {"afterwards", afterwards}});
  return {};
}

}  // namespace

BatteryRun OwnProgramRun() {
  return {"own-program",
          {{kWaiting,
            "the program of the process that waits for start cannot be written",
            {"loadline/isolation/probes/own-program"},
            {"one-program"}},
           {kExec,
            "a process of exec shows the container no program that it could write",
            {"loadline/isolation/probes/own-program"},
            {"verb-exec", "one-program"}},
           {kUnchanged,
            "the candidate's program is the same afterwards",
            {"loadline/isolation/probes/own-program"},
            {"one-program"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
