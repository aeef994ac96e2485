// SPDX-License-Identifier: Apache-2.0
// Rights that a process could come by on its way: an inheritable set that nobody asked for, and a
// program that is marked to give its user's rights. Guards against CVE-2016-8867, CVE-2022-24769,
// CVE-2022-29162, CVE-2022-27650 and CVE-2025-27612.
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;
namespace fs = std::filesystem;

constexpr int kSomebody = 1000;
constexpr const char* kPlace = "/marked";  // in the container

std::string CheckOf(const char* who, const char* what) {
  return std::string("loadline/isolation/capabilities/") + who + "/" + what;
}
const std::string kByOption = "loadline/isolation/capabilities/exec/option";
constexpr const char* kAdded = "CAP_SYS_CHROOT";
const std::string kUnknown = "loadline/isolation/capabilities/unknown-name";

// Sets of which nothing is inherited, for root and for somebody else; the second holds them by the
// bounding set alone.
json Unmarked(int uid) {
  const json set = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  return {{"process",
           {{"user", {{"uid", uid}, {"gid", uid}}},
            {"capabilities", {{"bounding", set}, {"effective", set}, {"permitted", set}}}}}};
}

std::string Inherits(const json& answer) {
  const json sets = answer.value("/probe/capabilities"_json_pointer, json::object());
  for (const char* set : {"inheritable", "ambient"}) {
    const json seen = sets.value(set, json::array());
    if (!seen.empty()) return std::string("the ") + set + " set is " + seen.dump();
  }
  return "";
}

Result<void> JudgeSets(Rig& rig, Findings& findings) {
  for (const int uid : {0, kSomebody}) {
    ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Unmarked(uid)));
    RETURN_IF_ERROR(rig.Run(*container));
    const json observe = {{"tell", "observe"}};
    ASSIGN_OR_RETURN(const json init, rig.Tell(*container, observe));
    const std::string who = "user " + std::to_string(uid) + ": ";
    findings.Judge(CheckOf("init", "inheritable"), Inherits(init).empty(), who + Inherits(init));
    if (rig.HasVerb("exec")) {
      ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {observe}));
      findings.Judge(CheckOf("exec", "inheritable"), Inherits(by_exec[0]).empty(),
                     who + Inherits(by_exec[0]));
    }
    rig.Remove(*container);
  }
  return {};
}

// exec --cap gives one more, and no more than that: what is executed next does not inherit it.
Result<void> JudgeOption(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Unmarked(0)));
  RETURN_IF_ERROR(rig.Run(*container));
  rig.calls().verbs["execCap"] = {"exec", "--cap", kAdded, "${id}", kProbeInContainer, "serve"};
  auto answers = rig.ExecBy("execCap", *container, {{{"tell", "observe"}}});
  rig.Remove(*container);
  if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
  if (!answers) {
    findings.Judge(kByOption, false, "exec --cap does not work: " + answers.error().what);
    return {};
  }
  const json& answer = (*answers)[0];
  // The control is in the same answer: the capability is there.
  const json effective = answer.value("/probe/capabilities/effective"_json_pointer, json::array());
  const bool given = std::find(effective.begin(), effective.end(), kAdded) != effective.end();
  if (!given) findings.Say(kByOption, Verdict::kInconclusive, "exec --cap gives nothing", answer);
  findings.Judge(kByOption, Inherits(answer).empty(), "exec --cap: " + Inherits(answer),
                 answer.value("/probe/capabilities"_json_pointer, json()));
  return {};
}

// A file system that honours such marks, with a program in it that has one. The work area does not.
Result<std::string> MakeMarked(Rig& rig) {
  const std::string directory = rig.paths().work + "/marked";
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=32m,mode=755") != 0)
    return CallError("mount", directory);
  std::error_code error;
  fs::copy_file(rig.paths().probe, directory + "/program", error);
  if (error) return Failure("the marked program cannot be made: " + error.message());
  if (chmod((directory + "/program").c_str(), 04755) != 0) return CallError("chmod", directory);
  return directory;
}

struct Rights {
  json init;
  json exec;
};

Result<Rights> RightsWith(Rig& rig, const std::string& source, bool renounced) {
  json config = Unmarked(kSomebody);
  config["process"]["noNewPrivileges"] = renounced;
  config["mounts"] = {{kPlace, {{"type", "none"}, {"source", source}, {"options", {"bind"}}}}};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(config));
  RETURN_IF_ERROR(rig.Run(*container));
  const json question = {{"tell", "rights-by"}, {"program", std::string(kPlace) + "/program"}};
  Rights rights;
  ASSIGN_OR_RETURN(rights.init, rig.Tell(*container, question));
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {question}));
    rights.exec = by_exec[0];
  }
  rig.Remove(*container);
  return rights;
}

Result<void> JudgeMarked(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::string source, MakeMarked(rig));
  // The control: where new privileges are not renounced, the mark makes its user root.
  ASSIGN_OR_RETURN(const Rights open, RightsWith(rig, source, false));
  ASSIGN_OR_RETURN(const Rights closed, RightsWith(rig, source, true));
  umount2(source.c_str(), MNT_DETACH);
  const auto judge = [&](const char* who, const json& with, const json& without) {
    const std::string check = CheckOf(who, "marked-program");
    const json evidence = {{"renounced", without}, {"notRenounced", with}};
    if (with.is_null()) return;
    if (with.value("rights", json(0)) == 0 || with.value("rights", json()).is_null()) {
      findings.Say(check, Verdict::kInconclusive, "the mark gives nothing here in any case",
                   evidence);
    }
    findings.Judge(check, without.value("rights", json()) == 0,
                   "the marked program has rights: " + without.dump(), evidence);
  };
  judge("init", open.init, closed.init);
  judge("exec", open.exec, closed.exec);
  return {};
}

// A name that nobody knows gives nothing: neither what it may mean elsewhere, nor everything.
Result<void> JudgeUnknown(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const json set = {"CAP_KILL", "CAP_LOADLINE"};
  Trial trial;
  trial.config = {
      {"process", {{"capabilities", {{"bounding", set}, {"effective", set}, {"permitted", set}}}}}};
  trial.messages = {{{"tell", "observe"}}};
  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
  JudgeTrial(findings, kUnknown, outcome, [](const Outcome& seen) {
    const json sets = seen.answers[0].value("/probe/capabilities"_json_pointer, json::object());
    for (const char* name : {"bounding", "effective", "permitted"}) {
      if (sets.value(name, json()) != json({"CAP_KILL"}))
        return std::string("the ") + name + " set is " + sets.value(name, json()).dump();
    }
    return std::string();
  });
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(JudgeSets(rig, findings));
  if (rig.HasVerb("exec")) RETURN_IF_ERROR(JudgeOption(rig, findings));
  RETURN_IF_ERROR(JudgeUnknown(rig, findings));
  return JudgeMarked(rig, findings);
}

}  // namespace

BatteryRun NewPrivilegesRun() {
  const std::string none = "loadline/isolation/probes/no-inherited-capabilities";
  const std::string renounced = "loadline/isolation/probes/renounced-privileges";
  return {"new-privileges",
          {{CheckOf("init", "inheritable"),
            "init inherits no capability that was not asked for",
            {none},
            {}},
           {CheckOf("exec", "inheritable"),
            "a process of exec inherits no capability that was not asked for",
            {none},
            {"verb-exec"}},
           {kByOption,
            "a capability that exec is told to add is not inherited",
            {none},
            {"verb-exec", "option-cap"}},
           {kUnknown, "a capability that is not known gives none", {none}, {}},
           {CheckOf("init", "marked-program"),
            "a set-user-id program gives nothing where new privileges are renounced",
            {renounced},
            {"root"}},
           {CheckOf("exec", "marked-program"),
            "a set-user-id program gives a process of exec nothing where they are renounced",
            {renounced},
            {"root", "verb-exec"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
