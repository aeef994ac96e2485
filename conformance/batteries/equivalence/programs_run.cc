// SPDX-License-Identifier: Apache-2.0
// Programs of the host on the host's files, which both sides see read-only. What they print needs
// no clean-up, because everything that could show in it is the same on both sides: the directory,
// the variables, the language and the time zone.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "conformance/batteries/equivalence/call_traces.h"
#include "conformance/batteries/equivalence/compare.h"
#include "conformance/batteries/equivalence/default_capabilities.h"
#include "conformance/batteries/equivalence/program_answers.h"
#include "conformance/batteries/equivalence/programs.h"
#include "conformance/batteries/equivalence/runs.h"
#include "conformance/batteries/native.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

// The directories of a host that programs are made of. Many are links to others by now.
constexpr const char* kTree[] = {"/usr",   "/bin",   "/sbin",   "/lib",
                                 "/lib32", "/lib64", "/libx32", "/etc"};
constexpr std::chrono::seconds kStep{60};  // a compiler under an emulated kernel takes its time
constexpr std::chrono::seconds kTime{240};

std::string CheckOf(const ProgramGroup& group, const Program& program) {
  return "loadline/equivalence/programs/" + std::string(group.name) + "/" + program.name;
}

// What makes programs say the same everywhere.
json Config() {
  json mounts = json::object();
  for (const char* directory : kTree) {
    struct stat info {};
    if (lstat(directory, &info) != 0 || !S_ISDIR(info.st_mode)) continue;
    mounts[directory] = {
        {"type", "bind"}, {"source", directory}, {"options", {"rbind", "ro", "nosuid", "nodev"}}};
  }
  return {{"process",
           {{"capabilities", DefaultCapabilities()},
            {"env",
             {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=/tmp",
              "PYTHONDONTWRITEBYTECODE=1"}}}},
          {"mounts", mounts}};
}

// The links of the host's root beside the directories that are mounted.
Result<void> MakeLinks(const Container& container) {
  for (const char* directory : kTree) {
    std::array<char, 256> target{};
    if (readlink(directory, target.data(), target.size() - 1) <= 0) continue;
    const std::string link = container.bundle + "/rootfs" + directory;
    if (symlink(target.data(), link.c_str()) != 0) return CallError("symlink", link);
  }
  return {};
}

Result<Container*> NewTree(Rig& rig) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config()));
  RETURN_IF_ERROR(MakeLinks(*container));
  return container;
}

Result<json> AnswerOf(Result<json> answer) {
  if (!answer) return std::move(answer).error();
  if (!answer->contains("program")) return Failure("the probe runs no programs: " + answer->dump());
  const json& program = (*answer)["program"];
  if (program.contains("error"))
    return Failure("the probe cannot run a program: " + program["error"].get<std::string>());
  return program;
}

Result<json> TraceOf(Result<json> answer) {
  if (!answer) return std::move(answer).error();
  if (!answer->contains("traced")) return Failure("the probe traces nothing: " + answer->dump());
  return (*answer)["traced"];
}

class GroupComparison {
 public:
  GroupComparison(const ProgramGroup& group, Rig& rig, Findings& findings)
      : group_(group), rig_(rig), findings_(findings) {}

  Result<void> Run() {
    rig_.LimitSteps(kStep);
    ASSIGN_OR_RETURN(container_, NewTree(rig_));
    for (int i = 0; i < 2; ++i) {
      ASSIGN_OR_RETURN(const Container* const twin, NewTree(rig_));
      ASSIGN_OR_RETURN(Native native, Native::Start(rig_, {"twin", twin->bundle}));
      twins_.push_back(std::move(native));
    }
    RETURN_IF_ERROR(rig_.Run(*container_));
    for (const Program& program : group_.programs) RETURN_IF_ERROR(Compare(program));
    return {};
  }

 private:
  Result<void> Compare(const Program& program) {
    json message = {{"tell", "program"}, {"words", group_.words}, {"input", program.input}};
    if (*program.line != '\0') message["words"].push_back(program.line);
    ASSIGN_OR_RETURN(const json native, AnswerOf(twins_[0].Tell(message)));
    ASSIGN_OR_RETURN(const json again, AnswerOf(twins_[1].Tell(message)));
    ASSIGN_OR_RETURN(const json inside, AnswerOf(rig_.Tell(*container_, message)));
    const std::string check = CheckOf(group_, program);
    if (const std::string end = native.value("end", ""); end != program.end) {
      findings_.Say(check, reports::Verdict::kEnvironment,
                    std::string(program.name) + ": natively it ends with " + end + " instead of " +
                        program.end + ": the host's version is another, or lacks something",
                    {{"native", native}});
      return {};
    }
    if (const std::string unsure = FirstDifference(native, again); !unsure.empty()) {
      findings_.Say(check, reports::Verdict::kInconclusive,
                    std::string(program.name) + ": two native runs do not agree: " + unsure);
      return {};
    }
    const Difference difference =
        equivalence::Compare(program.declared_by, native.dump(), inside.dump(), container_->config);
    json evidence = nullptr;
    if (!difference.equal) evidence = {{"native", native}, {"container", inside}};
    if (difference.equal || difference.declared) {
      findings_.Pass(check, std::move(evidence));
      return {};
    }
    ASSIGN_OR_RETURN(const std::string words, TraceBoth(message, evidence));
    findings_.Say(check, reports::Verdict::kFail,
                  std::string(program.name) + ": " + FirstDifference(native, inside) + "; " + words,
                  std::move(evidence));
    return {};
  }

  // Runs it once more on both sides, under trace: which call is it that differs?
  Result<std::string> TraceBoth(json message, json& evidence) {
    message["trace"] = true;
    ASSIGN_OR_RETURN(const json native, TraceOf(twins_[0].Tell(message)));
    ASSIGN_OR_RETURN(const json inside, TraceOf(rig_.Tell(*container_, message)));
    evidence["calls"] = CallsThatDiffer(native, inside);
    return WordsOnCalls(native, inside);
  }

  const ProgramGroup& group_;
  Rig& rig_;
  Findings& findings_;
  Container* container_ = nullptr;
  std::vector<Native> twins_;
};

std::vector<std::string> NeedsOf(const ProgramGroup& group, const Program& program) {
  std::vector<std::string> needs{group.need};
  if (program.declared_by == std::string(probe::kOfTheKernel)) needs.emplace_back("host-kernel");
  return needs;
}

BatteryRun RunOf(const ProgramGroup& group) {
  BatteryRun run;
  run.name = "programs-" + std::string(group.name);
  run.time = kTime;
  run.full_time = kTime;
  for (const Program& program : group.programs)
    run.checks.push_back({CheckOf(group, program),
                          std::string(group.summary) + ": " + program.name + ", as natively",
                          {"loadline/equivalence/programs"},
                          NeedsOf(group, program)});
  run.work = [group](Rig& rig, Findings& findings) {
    return GroupComparison(group, rig, findings).Run();
  };
  return run;
}

}  // namespace

std::vector<ProgramGroup> AllProgramGroups() {
  return {
      {"busybox",
       "an applet of busybox",
       "program-busybox",
       {"busybox", "sh", "-c"},
       BusyboxPrograms()},
      {"coreutils",
       "a program of coreutils",
       "program-ptx",
       {"/bin/sh", "-c"},
       CoreutilsPrograms()},
      {"gcc", "a compiler and what it makes", "program-gcc", {"/bin/sh", "-c"}, CompilerPrograms()},
      {"openssl", "openssl", "program-openssl", {"/bin/sh", "-c"}, OpensslPrograms()},
      {"python", "a script of python", "program-python3", {"python3", "-I", "-"}, PythonPrograms()},
      {"sqlite", "a script of sqlite3", "program-sqlite3", {"sqlite3"}, SqlitePrograms()},
  };
}

std::vector<BatteryRun> ProgramRuns() {
  std::vector<BatteryRun> runs;
  for (const ProgramGroup& group : AllProgramGroups()) runs.push_back(RunOf(group));
  return runs;
}

}  // namespace loadline::conformance::equivalence
