// SPDX-License-Identifier: Apache-2.0
// What a candidate has from its own caller and must not pass on: variables of its environment, and
// keys of its session.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr const char* kVariable = "LOADLINE_SECRET";
constexpr const char* kValue = "of-the-caller-alone";
constexpr const char* kKey = "loadline-secret";

std::string Variable(const char* who) {
  return std::string("loadline/isolation/environment/") + who;
}
std::string Keyring(const char* who) { return std::string("loadline/isolation/keyring/") + who; }

std::vector<json> Questions() {
  return {{{"tell", "observe"}}, {{"tell", "reach"}, {"key", kKey}}};
}

bool HasVariable(const json& answer) { return answer.dump().find(kValue) != std::string::npos; }

std::string KeyOf(const json& answer) {
  return answer.value("/reached/key"_json_pointer, json("")).get<std::string>();
}

// A session keyring of this thread's own with a key in it, which whoever it starts inherits.
bool MakeKey() {
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0) return false;
  const long key = syscall(SYS_add_key, "user", kKey, "secret", 6, KEY_SPEC_SESSION_KEYRING);
  // For everybody: what is tested is who finds it, not who may read it.
  return key >= 0 && syscall(SYS_keyctl, KEYCTL_SETPERM, key, 0x3f3f3f3f) >= 0;
}

void Judge(Findings& findings, const char* who, const std::vector<json>& answers, bool keys) {
  findings.Judge(Variable(who), !HasVariable(answers[0]),
                 "a variable of the candidate's own environment is in the process's",
                 answers[0].value("/probe/environ"_json_pointer, json()));
  if (keys)
    findings.Judge(Keyring(who), KeyOf(answers[1]) != "ok",
                   "a key of the caller's session is found from inside", answers[1]);
}

// A hook has the variables of the configuration; what it was started with is in its observation.
Result<void> JudgeHook(Rig& rig, Findings& findings) {
  const std::string log = rig.paths().work + "/hooks";
  RETURN_IF_ERROR(WriteFileAtomically(log, "", 0666));
  const json hook = {
      {"path", "${probe}"},
      {"args", {"${probe}", "hook", "--log", log, "--observe", "createRuntime", "one"}},
      {"env", {"GIVEN=1"}}};
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"hooks", {{"createRuntime", json::array({hook})}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  rig.Remove(*container);
  const auto seen = ReadFile(log + ".one.json", size_t{1} << 20);
  const json document = json::parse(seen.value_or(""), nullptr, false);
  if (!document.is_object() || !document.contains("/probe/environ/GIVEN"_json_pointer)) {
    findings.Say(Variable("hook"), Verdict::kInconclusive, "the hook has left no observation");
    return {};
  }
  findings.Judge(Variable("hook"), !HasVariable(document),
                 "a variable of the candidate's own environment is in the hook's",
                 document["probe"]["environ"]);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  rig.calls().environment[kVariable] = kValue;
  const bool keys = MakeKey();
  // The control: a native process finds the key, and a process that was given the variable has it.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const json found, native.Tell(Questions()[1]));
  ASSIGN_OR_RETURN(
      Container* const given,
      rig.NewContainer({{"process", {{"env", {std::string(kVariable) + "=" + kValue}}}}}));
  RETURN_IF_ERROR(rig.Run(*given));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*given, Questions()[0]));
  RETURN_IF_ERROR(CheckControl(HasVariable(answer), "a variable that was given"));
  rig.Remove(*given);
  const bool findable = keys && KeyOf(found) == "ok";
  for (const char* who : {"init", "exec"}) {
    if (!findable)
      findings.Say(Keyring(who), Verdict::kEnvironment,
                   "this host gives nobody a key in a session: " + found.dump());
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  std::vector<json> answers;
  for (const json& question : Questions()) {
    ASSIGN_OR_RETURN(json one, rig.Tell(*container, question));
    answers.push_back(std::move(one));
  }
  Judge(findings, "init", answers, findable);
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(answers, rig.Exec(*container, Questions()));
    Judge(findings, "exec", answers, findable);
  }
  rig.Remove(*container);
  return JudgeHook(rig, findings);
}

}  // namespace

BatteryRun SurroundingsRun() {
  const std::string variables = "loadline/isolation/probes/environment-of-the-runtime";
  const std::string keys = "loadline/isolation/probes/session-keyring";
  return {"surroundings",
          {{Variable("init"),
            "no variable of the candidate's own is in init's environment",
            {variables},
            {}},
           {Variable("exec"),
            "no variable of the candidate's own is in that of a process of exec",
            {variables},
            {"verb-exec"}},
           {Variable("hook"),
            "no variable of the candidate's own is in a hook's environment",
            {variables},
            {"hook-createRuntime"}},
           {Keyring("init"), "init finds no key of its caller's session", {keys}, {}},
           {Keyring("exec"),
            "a process of exec finds no key of its caller's session",
            {keys},
            {"verb-exec"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
