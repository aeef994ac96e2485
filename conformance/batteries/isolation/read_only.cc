// SPDX-License-Identifier: Apache-2.0
// What was asked to be read-only is, for init and for exec, in every way in which a directory can
// be changed. Guards against those like CVE-2026-115521.
#include <sys/mount.h>
#include <sys/stat.h>

#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kRoot = "loadline/isolation/read-only/root";
const std::string kMount = "loadline/isolation/read-only/mount";
const std::string kPath = "loadline/isolation/read-only/path";
const std::string kExec = "loadline/isolation/read-only/exec";
const std::string kHostile = "loadline/isolation/read-only/image-of-descriptors";
const std::string kRecursive = "loadline/isolation/read-only/recursive";
const std::string kSource = "loadline/isolation/read-only/source";

struct Place {
  const std::string& check;
  const char* directory;
};
const Place kPlaces[] = {{kRoot, "/"}, {kMount, "/bound"}, {kPath, "/protected"}};

json Config(const std::string& source, bool read_only) {
  // In a user namespace nobody may take these away from what is bound.
  json options = {"bind", "nosuid", "nodev"};
  if (read_only) options.push_back("ro");
  json config = {
      {"root", {{"readonly", read_only}}},
      {"mounts", {{"/bound", {{"type", "none"}, {"source", source}, {"options", options}}}}}};
  if (read_only) config["linux"]["readonlyPaths"] = {"/protected"};
  return config;
}

std::vector<json> Messages() {
  std::vector<json> messages;
  for (const Place& place : kPlaces)
    messages.push_back({{"tell", "change"}, {"path", place.directory}, {"kept", "file"}});
  return messages;
}

// Each way to change it has to fail for this reason and no other.
std::string CanBeChanged(const json& answer) {
  const json changed = answer.value("changed", json::object());
  for (const auto& way : changed.items()) {
    if (way.value() != "EROFS") return way.key() + " answers " + way.value().dump();
  }
  return changed.empty() ? "no answer: " + answer.dump() : "";
}

bool CanBeChangedInAllWays(const json& answer) {
  const json changed = answer.value("changed", json::object());
  for (const auto& way : changed.items()) {
    if (way.value() != "ok") return false;
  }
  return !changed.empty();
}

std::vector<Planted> Image() { return {File("/file"), File("/protected/file")}; }

void JudgePlaces(Findings& findings, const Outcome& outcome) {
  for (size_t i = 0; i < std::size(kPlaces); ++i) {
    const std::string wrong = CanBeChanged(outcome.answers[i]);
    findings.Judge(kPlaces[i].check, wrong.empty(),
                   std::string(kPlaces[i].directory) + ": " + wrong, outcome.answers[i]);
  }
  for (const json& answer : outcome.answers_by_exec) {
    const std::string wrong = CanBeChanged(answer);
    findings.Judge(kExec, wrong.empty(), "a process of exec: " + wrong, answer);
  }
}

// A read-only root is that whatever the image has where a runtime looks for its descriptors.
Result<void> JudgeHostileImage(Rig& rig, Findings& findings) {
  HostileBundle bundle{kHostile, "an image with a /proc of its own"};
  bundle.image = {File("/file"), Link("/proc/self", "/fake"), Link("/fake/fd/3", "/fake"),
                  Link("/proc/thread-self", "/fake"), File("/fake/mountinfo", "")};
  for (int number = 4; number < 20; ++number)
    bundle.image.push_back(Link("/fake/fd/" + std::to_string(number), "/fake"));
  bundle.messages = {{{"tell", "change"}, {"path", "/"}, {"kept", "file"}}};
  bundle.wrong = [](const Outcome& outcome) { return CanBeChanged(outcome.answers[0]); };
  bundle.config = {{"root", {{"readonly", true}}}};
  HostileBundle unmounted = bundle;
  unmounted.what += " that no proc covers";
  unmounted.odd_config = true;
  unmounted.config["mounts"]["/proc"] = nullptr;
  return TryBundles(rig, findings, {bundle, unmounted});
}

// A mount below the source of a recursive bind is read-only by rro.
Result<void> JudgeRecursive(Rig& rig, Findings& findings) {
  const std::string source = rig.paths().work + "/recursive";
  for (const std::string& directory : {source, source + "/below"}) {
    if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  }
  if (mount("tmpfs", (source + "/below").c_str(), "tmpfs", 0, "size=64k") != 0)
    return CallError("mount", source);
  RETURN_IF_ERROR(Plant(source + "/below", {File("/file")}, ""));
  RETURN_IF_ERROR(GiveTree(source, rig.paths().caller));
  const json message = {{"tell", "change"}, {"path", "/bound/below"}, {"kept", "file"}};
  json answers = json::array();
  for (const json& options : {json{"rbind"}, json{"rbind", "rro"}}) {
    ASSIGN_OR_RETURN(
        Container* const container,
        rig.NewContainer(
            {{"mounts",
              {{"/bound", {{"type", "none"}, {"source", source}, {"options", options}}}}}}));
    RETURN_IF_ERROR(rig.Run(*container));
    ASSIGN_OR_RETURN(json answer, rig.Tell(*container, message));
    answers.push_back(std::move(answer));
    rig.Remove(*container);
  }
  umount2((source + "/below").c_str(), MNT_DETACH);
  if (!CanBeChangedInAllWays(answers[0]))
    findings.Say(kRecursive, reports::Verdict::kInconclusive,
                 "without rro it cannot be written, either", answers);
  findings.Judge(kRecursive, CanBeChanged(answers[1]).empty(),
                 "below a mount with rro: " + CanBeChanged(answers[1]), answers);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const auto trial_with = [&](bool read_only) {
    Trial trial;
    trial.config = Config(sentinels.inner(), read_only);
    trial.prepare = [](const std::string& rootfs) { return Plant(rootfs, Image(), ""); };
    trial.messages = Messages();
    trial.messages_by_exec = Messages();
    return trial;
  };
  // The control: what is not read-only can be written.
  ASSIGN_OR_RETURN(Sentinels writable, Sentinels::MakeBelow(rig.paths().work));
  Trial open = trial_with(false);
  open.config = Config(writable.inner(), false);
  ASSIGN_OR_RETURN(const Outcome control, Try(rig, open, sentinels));
  if (control.refused) return CandidateError("a bundle without anything read-only: " + control.why);
  for (const json& answer : control.answers)
    RETURN_IF_ERROR(
        CheckControl(CanBeChangedInAllWays(answer), "a writable place: " + answer.dump()));

  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial_with(true), sentinels));
  if (outcome.refused) return CandidateError("a read-only bundle: " + outcome.why);
  JudgePlaces(findings, outcome);
  if (outcome.answers_by_exec.empty() && rig.HasVerb("exec"))
    findings.Judge(kExec, false, "exec does not work in a read-only container");
  findings.Judge(kSource, outcome.changes.empty(),
                 "the source of a read-only mount has changed: " + outcome.changes.dump(),
                 outcome.changes);
  RETURN_IF_ERROR(JudgeHostileImage(rig, findings));
  return JudgeRecursive(rig, findings);
}

}  // namespace

BatteryRun ReadOnlyRun() {
  const std::string holds = "loadline/isolation/probes/read-only";
  return {"read-only",
          {{kRoot, "nothing can be changed in a read-only root", {holds}, {}},
           {kMount, "nothing can be changed in a read-only mount", {holds}, {}},
           {kPath, "nothing can be changed in a read-only path", {holds}, {}},
           {kExec, "nothing can be changed in any of them by exec", {holds}, {"verb-exec"}},
           {kHostile,
            "a read-only root is read-only whatever the image has below /proc, or is refused",
            {holds},
            {}},
           {kRecursive,
            "a mount below one with rro cannot be changed",
            {holds},
            {"mount-option-rro", "root"}},
           {kSource, "the source of a read-only mount stays as it is", {holds}, {}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
