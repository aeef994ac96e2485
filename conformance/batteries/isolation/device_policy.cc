// SPDX-License-Identifier: Apache-2.0
// Which devices a container that makes nodes itself can reach: those that a rule allows, in the way
// that it allows, and no other. Guards against GHSA-g54h-m393-cpwq. Opening the devices chosen here
// changes nothing.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

// What is tried with a node of this type and number: to make it, and to open it so.
struct Reach {
  const char* check;
  const char* type;
  int major;
  int minor;
  const char* access;  // "": only to make it
  bool allowed;        // by the rules below
};
// Character devices: memory 1 (kmsg 11), misc 10 (fuse 229, hpet 228 …), 240 and 241 for local use.
// Block devices: loop 7. Whether they may be made at all is what the battery control looks at.
constexpr Reach kReaches[] = {
    {"unlisted", "c", 1, 11, "r", false},        {"unlisted", "b", 7, 0, "r", false},
    {"unlisted", "c", 10, 228, "r", false},      {"unlisted", "c", 10, 237, "rw", false},
    {"access-apart", "c", 10, 229, "r", true},   {"access-apart", "c", 10, 229, "w", false},
    {"access-apart", "c", 10, 229, "rw", false}, {"access-apart", "c", 10, 234, "r", false},
    {"access-apart", "c", 10, 234, "", true},    {"order", "c", 10, 223, "r", false},
    {"order", "c", 10, 235, "r", true},          {"type-apart", "b", 10, 229, "r", false},
    {"type-apart", "b", 7, 1, "r", true},        {"type-apart", "c", 7, 1, "r", false},
    {"every-minor", "c", 240, 0, "r", true},     {"every-minor", "c", 240, 77, "r", true},
    {"every-minor", "c", 241, 77, "r", false},   {"defaults", "c", 1, 3, "rw", true},
    {"defaults", "c", 1, 5, "r", true},          {"defaults", "c", 1, 9, "r", true},
};

json Rule(bool allow, const char* type, int major, int minor, const char* access) {
  json rule = {{"allow", allow}, {"type", type}, {"access", access}};
  if (major >= 0) rule["major"] = major;
  if (minor >= 0) rule["minor"] = minor;
  return rule;
}

// Everything is denied first; a later rule counts more than an earlier one.
json Rules() {
  return {{{"allow", false}, {"access", "rwm"}}, Rule(true, "c", 10, 229, "rm"),
          Rule(true, "c", 10, 234, "m"),         Rule(true, "c", 10, 223, "rwm"),
          Rule(false, "c", 10, 223, "rwm"),      Rule(false, "c", 10, 235, "rwm"),
          Rule(true, "c", 10, 235, "rwm"),       Rule(true, "b", 7, 1, "rwm"),
          Rule(true, "c", 240, -1, "rwm")};
}

json Config() {
  const json capabilities = {"CAP_MKNOD"};
  return {
      {"process",
       {{"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"linux", {{"resources", {{"devices", Rules()}}}}}};
}

json MessageOf(const Reach& reach, const std::string& directory) {
  json message = {{"tell", "make-node"},
                  {"path", directory + "/loadline-node"},
                  {"type", reach.type},
                  {"major", reach.major},
                  {"minor", reach.minor}};
  if (*reach.access != '\0') message["access"] = reach.access;
  return message;
}

std::vector<json> Messages(const std::string& directory) {
  std::vector<json> messages;
  for (const Reach& reach : kReaches) messages.push_back(MessageOf(reach, directory));
  return messages;
}

// Whether the policy let it through: what the driver says then is no matter of ours.
bool Passed(const json& answer) {
  return answer.value("made", "") == "ok" && answer.value("opened", "ok") != "EPERM";
}

std::string Describe(const Reach& reach) {
  const std::string access = *reach.access == '\0' ? "made" : std::string("opened ") + reach.access;
  return std::string(reach.type) + " " + std::to_string(reach.major) + ":" +
         std::to_string(reach.minor) + " " + access;
}

std::string CheckOf(const std::string& name) { return "loadline/isolation/device-policy/" + name; }
const std::string kExec = CheckOf("exec");
const std::string kKept = CheckOf("kept-over-update");

// `check` is for all of them; none: each has its own.
void Judge(Findings& findings, const std::vector<json>& answers, const std::vector<json>& natively,
           const std::string& check = "") {
  for (size_t i = 0; i < std::size(kReaches); ++i) {
    const Reach& reach = kReaches[i];
    // What the host refuses everybody says nothing about a policy.
    if (!Passed(natively[i])) continue;
    const json evidence = {{"seen", answers[i]}, {"natively", natively[i]}};
    findings.Judge(
        check.empty() ? CheckOf(reach.check) : check, Passed(answers[i]) == reach.allowed,
        Describe(reach) +
            (reach.allowed ? " was allowed and is refused: " : " was not allowed and can be: ") +
            answers[i].dump(),
        evidence);
  }
}

// The control: without any policy all of it can be done here.
Result<std::vector<json>> TryNatively(Rig& rig) {
  const std::string directory = rig.paths().work + "/devices";
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k") != 0)
    return CallError("mount", directory);
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  std::vector<json> answers;
  for (const json& message : Messages(directory)) {
    ASSIGN_OR_RETURN(json answer, native.Tell(message));
    answers.push_back(std::move(answer));
  }
  umount2(directory.c_str(), MNT_DETACH);
  return answers;
}

Result<std::vector<json>> TellAll(Rig& rig, Container& container) {
  std::vector<json> answers;
  for (const json& message : Messages("/dev")) {
    ASSIGN_OR_RETURN(json answer, rig.Tell(container, message));
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::vector<json> natively, TryNatively(rig));
  for (size_t i = 0; i < std::size(kReaches); ++i) {
    if (!Passed(natively[i]))
      findings.Say(CheckOf(kReaches[i].check), Verdict::kEnvironment,
                   "this host refuses everybody: " + Describe(kReaches[i]));
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config()));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const std::vector<json> answers, TellAll(rig, *container));
  Judge(findings, answers, natively);
  if (rig.HasVerb("exec")) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, Messages("/dev")));
    Judge(findings, by_exec, natively, kExec);
  }
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, {{"pids", {{"limit", 100}}}}));
  ASSIGN_OR_RETURN(const std::vector<json> afterwards, TellAll(rig, *container));
  Judge(findings, afterwards, natively, kKept);
  return {};
}

}  // namespace

BatteryRun DevicePolicyRun() {
  const std::string holds = "loadline/isolation/probes/device-policy";
  const std::vector<std::string> needs = {"controller-devices", "cap-mknod", "root"};
  const auto with = [&needs](const char* more) {
    std::vector<std::string> all = needs;
    all.emplace_back(more);
    return all;
  };
  return {
      "device-policy",
      {{CheckOf("unlisted"), "a device that no rule allows cannot be opened", {holds}, needs},
       {CheckOf("access-apart"), "to make, read and write a device are apart", {holds}, needs},
       {CheckOf("order"), "a later rule counts more than an earlier one", {holds}, needs},
       {CheckOf("type-apart"),
        "a rule for one type of device is none for the other",
        {holds},
        needs},
       {CheckOf("every-minor"), "a rule without a minor number is for all of them", {holds}, needs},
       {CheckOf("defaults"), "the default devices are usable under a policy", {holds}, needs},
       {kExec, "a process of exec is under the same policy", {holds}, with("verb-exec")},
       {kKept, "an update of another limit keeps the policy", {holds}, with("verb-update")}},
      false,
      Work};
}

}  // namespace loadline::conformance::isolation
