// SPDX-License-Identifier: Apache-2.0
// Judges every fact of the posture in our own bundles, or in the user's, for init and for exec.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <map>

#include "conformance/batteries/isolation/bundles.h"
#include "conformance/batteries/isolation/from_outside.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/outside.h"
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

std::string CheckOf(const Fact& fact, bool exec) {
  return std::string("loadline/isolation/") + (exec ? "exec/" : "init/") + fact.name;
}

std::string CheckOfBundle(const std::string& name) { return "loadline/isolation/bundle/" + name; }

// Calls `each` with every fact that is about a process, and whether that is exec's.
template <class F>
void ForEachFact(F&& each) {
  for (const Fact& fact : AllFacts()) {
    for (const bool exec : {false, true}) {
      if (fact.IsAbout(exec)) each(fact, exec);
    }
  }
}

std::vector<std::string> Names(const json& object) {
  std::vector<std::string> names;
  for (const auto& member : object.items()) names.push_back(member.key());
  return names;
}

// The question that makes every fact visible.
json ObserveMessage(const json& config, const std::string& outside) {
  json paths = {outside, "/loadline-probe"};
  for (const char* name : {"core_pattern", "modprobe", "hotplug"})
    paths.push_back("/proc/sys/kernel/" + std::string(name));
  for (const char* list : {"/linux/maskedPaths", "/linux/readonlyPaths"}) {
    for (const json& path : At(config, list)) paths.push_back(path);
  }
  for (const char* name : {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin",
                           "stdout", "stderr", "ptmx", "pts", "shm", "console"})
    paths.push_back("/dev/" + std::string(name));
  std::vector<std::string> sysctls = Names(At(config, "/linux/sysctl"));
  for (const char* name : {"net.ipv4.ping_group_range", "kernel.perf_event_paranoid",
                           "kernel.dmesg_restrict", "vm.unprivileged_userfaultfd"})
    sysctls.emplace_back(name);
  json calls = FilterCalls();
  for (const json& call : ImpliedCalls()) {
    if (!Contains(calls, call)) calls.push_back(call);
  }
  return {{"tell", "observe"},
          {"paths", paths},
          {"sysctls", sysctls},
          {"syscalls", calls},
          {"attempts", ImpliedAttempts()}};
}

// The parts that differ, not the whole.
std::string WhatIsWrong(const Fact& fact, const Comparison& comparison) {
  const json& expected = comparison.expected;
  const json& seen = comparison.seen;
  if (fact.match == Match::kAtMost) {
    json more = json::array();
    for (const json& element : seen) {
      if (!Contains(expected, element)) more.push_back(element);
    }
    return "beyond what was expected: " + more.dump();
  }
  if (!expected.is_object() || !seen.is_object())
    return "expected " + expected.dump() + ", seen " + seen.dump();
  std::string wrong;
  for (const auto& member : expected.items()) {
    const json there = seen.value(member.key(), json());
    if (there != member.value())
      wrong += (wrong.empty() ? "" : ", ") + member.key() + " is " + there.dump() + " instead of " +
               member.value().dump();
  }
  return wrong;
}

// What the cell knows of the root filesystem itself.
void AddRootOutside(const Container& container, json& more) {
  const std::string rootfs = container.bundle + "/rootfs";
  struct stat info {};
  if (stat(rootfs.c_str(), &info) == 0)
    more["rootOutside"] = {
        std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev)), info.st_ino};
  if (stat((rootfs + kProbeInContainer).c_str(), &info) == 0)
    more["ownerOutside"] = {{"uid", info.st_uid}, {"gid", info.st_gid}};
}

class FactsJudge {
 public:
  FactsJudge(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Judge() {
    ASSIGN_OR_RETURN(native_, Native::Start(rig_));
    ASSIGN_OR_RETURN(outside_, Outside::Make(rig_, *native_));
    if (rig_.given() != nullptr) {
      ASSIGN_OR_RETURN(Container* const container, rig_.NewGivenContainer());
      RETURN_IF_ERROR(JudgeContainer("given", *container, json::object()));
    } else {
      RETURN_IF_ERROR(MakeTree(rig_.paths().work));
      for (const NamedBundle& bundle : OwnBundles()) RETURN_IF_ERROR(JudgeOwn(bundle));
    }
    ForEachFact([this](const Fact& fact, bool exec) { SayOf(fact, exec); });
    return {};
  }

 private:
  Result<json> ObserveNatively(const json& message) {
    ASSIGN_OR_RETURN(const json answer, native_->Tell(message));
    return answer.value("probe", json::object());
  }

  Result<void> JudgeOwn(const NamedBundle& bundle) {
    if (bundle.attempt != nullptr) {
      ASSIGN_OR_RETURN(const json able,
                       ObserveNatively({{"tell", "observe"}, {"attempts", {bundle.attempt}}}));
      if (At(able, ("/attempts/" + std::string(bundle.attempt)).c_str()) != "ok") {
        findings_.Say(
            CheckOfBundle(bundle.name), Verdict::kEnvironment,
            "this host does not let even a native process do it: " + std::string(bundle.attempt));
        return {};
      }
    }
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer(bundle.changes()));
    json more = json::object();
    if (bundle.submount != nullptr) more["submounts"] = {bundle.submount};
    auto judged = JudgeContainer(bundle.name, *container, std::move(more));
    if (!judged && IsWithoutWords(judged.error())) {
      findings_.Say(CheckOfBundle(bundle.name), Verdict::kUnsupported, judged.error().what);
      any_without_words_ = true;
    } else if (!judged && !IsCandidateError(judged.error())) {
      return judged;
    } else {
      findings_.Judge(CheckOfBundle(bundle.name), judged.has_value(),
                      judged ? "" : judged.error().what);
    }
    rig_.Remove(*container);
    return {};
  }

  // The questions to a process, its observation first.
  std::vector<json> Questions(const json& observe) const {
    return {observe, {{"tell", "threads"}}, outside_->question()};
  }

  Result<void> JudgeContainer(const std::string& name, Container& container, json more) {
    const json observe = ObserveMessage(container.config, rig_.paths().base);
    const std::vector<json> questions = Questions(observe);
    Circumstances circumstances;
    circumstances.config = container.config;
    circumstances.id = container.id;
    circumstances.more = std::move(more);
    AddRootOutside(container, circumstances.more);
    circumstances.more["outside"] = rig_.paths().base;
    circumstances.more["hasConsole"] = At(container.config, "/process/terminal") == true;
    circumstances.more["outsideProcess"] = outside_->process();
    ASSIGN_OR_RETURN(circumstances.native, ObserveNatively(observe));
    circumstances.more["sysctlsBefore"] = circumstances.native.value("sysctls", json());
    RETURN_IF_ERROR(rig_.Create(container));
    json waiting = SeeThreads(container.pid);
    RETURN_IF_ERROR(rig_.Start(container));
    std::vector<json> answers;
    for (const json& question : questions) {
      ASSIGN_OR_RETURN(json answer, rig_.Tell(container, question));
      answers.push_back(std::move(answer));
    }
    ASSIGN_OR_RETURN(const json afterwards, ObserveNatively(observe));
    circumstances.more["sysctlsAfterwards"] = afterwards.value("sysctls", json());
    circumstances.host = SeeFromOutside(rig_, container);
    circumstances.host["waitingThreads"] = std::move(waiting);
    Compare(name, circumstances, answers);
    return JudgeExec(name, container, circumstances, questions);
  }

  Result<void> JudgeExec(const std::string& name, Container& container,
                         Circumstances& circumstances, const std::vector<json>& questions) {
    if (!rig_.HasVerb("exec")) return {};
    ASSIGN_OR_RETURN(const std::vector<json> answers, rig_.Exec(container, questions));
    circumstances.exec = true;
    circumstances.config["process"]["terminal"] = false;
    circumstances.init = circumstances.probe;
    circumstances.host = nullptr;
    Compare(name, circumstances, answers);
    return {};
  }

  void Compare(const std::string& bundle, Circumstances& circumstances,
               const std::vector<json>& answers) {
    circumstances.probe = answers[0].value("probe", json::object());
    circumstances.more["threads"] = answers[1];
    circumstances.more["reached"] = answers[2].value("reached", json::object());
    for (const Fact& fact : AllFacts()) {
      const Comparison comparison = CompareFact(fact, circumstances);
      if (comparison.judged)
        comparisons_[CheckOf(fact, circumstances.exec)].emplace_back(bundle, comparison);
    }
  }

  void SayOf(const Fact& fact, bool exec) {
    const std::string check = CheckOf(fact, exec);
    json evidence = json::object();
    std::string message;
    bool visible = false;
    for (const auto& [bundle, comparison] : comparisons_[check]) {
      evidence[bundle] = {{"seen", comparison.seen}};
      visible = visible || comparison.visible;
      if (comparison.holds) continue;
      evidence[bundle]["expected"] = comparison.expected;
      message += (message.empty() ? "" : "; ") + bundle + ": " + WhatIsWrong(fact, comparison);
    }
    if (comparisons_[check].empty() && any_without_words_) {
      findings_.Say(check, Verdict::kUnsupported, "no bundle that shows it can be expressed");
    } else if (comparisons_[check].empty()) {
      findings_.Say(check, Verdict::kInconclusive, "the configuration says nothing about it");
    } else if (!visible) {
      findings_.Say(check, Verdict::kInconclusive, "it cannot be seen", evidence);
    } else {
      findings_.Judge(check, message.empty(), message, evidence);
    }
  }

  Rig& rig_;
  Findings& findings_;
  std::optional<Native> native_;
  std::optional<Outside> outside_;
  std::map<std::string, std::vector<std::pair<std::string, Comparison>>> comparisons_;
  bool any_without_words_ = false;  // a bundle asked for what the candidate cannot be told
};

Result<void> Work(Rig& rig, Findings& findings) { return FactsJudge(rig, findings).Judge(); }

}  // namespace

BatteryRun FactsRun() {
  BatteryRun run{"facts", {}, false, Work};
  run.judges_given = true;
  for (const NamedBundle& bundle : OwnBundles())
    run.checks.push_back({CheckOfBundle(bundle.name),
                          "the " + std::string(bundle.name) + " bundle runs and answers",
                          {"loadline/isolation/facts/observable"},
                          {}});
  ForEachFact([&run](const Fact& fact, bool exec) {
    std::vector<std::string> requirements = {"loadline/isolation/facts/" + std::string(fact.name)};
    if (fact.also != nullptr) requirements.emplace_back(fact.also);
    const std::string title = fact.title;
    run.checks.push_back(
        {CheckOf(fact, exec), exec ? title + " (of exec)" : title, requirements,
         exec ? std::vector<std::string>{"verb-exec"} : std::vector<std::string>{}});
  });
  return run;
}

}  // namespace loadline::conformance::isolation
