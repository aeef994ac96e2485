// SPDX-License-Identifier: Apache-2.0
// What was asked to be read-only is, for init and for exec.
#include <filesystem>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kRoot = "loadline/isolation/read-only/root";
const std::string kMount = "loadline/isolation/read-only/mount";
const std::string kPath = "loadline/isolation/read-only/path";
const std::string kExec = "loadline/isolation/read-only/exec";
const std::string kSource = "loadline/isolation/read-only/source";

struct Place {
  const std::string& check;
  const char* directory;
};
const Place kPlaces[] = {{kRoot, "/"}, {kMount, "/bound"}, {kPath, "/protected"}};

json Config(const std::string& source, bool read_only) {
  json options = {"bind"};
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
    messages.push_back(
        {{"tell", "make-file"}, {"path", std::string(place.directory) + "/loadline-made"}});
  return messages;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const auto trial_with = [&](bool read_only) {
    Trial trial;
    trial.config = Config(sentinels.inner(), read_only);
    trial.prepare = [](const std::string& rootfs) -> Result<void> {
      std::error_code error;
      std::filesystem::create_directories(rootfs + "/protected", error);
      return {};
    };
    trial.messages = Messages();
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
        CheckControl(answer.value("made", "") == "ok", "a writable place: " + answer.dump()));

  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial_with(true), sentinels));
  if (outcome.refused) return CandidateError("a read-only bundle: " + outcome.why);
  for (size_t i = 0; i < std::size(kPlaces); ++i) {
    findings.Judge(kPlaces[i].check, outcome.answers[i].value("made", "") == "EROFS",
                   std::string("making a file in ") + kPlaces[i].directory + " answers " +
                       outcome.answers[i].dump(),
                   outcome.answers[i]);
  }
  findings.Judge(kSource, outcome.changes.empty(),
                 "the source of a read-only mount has changed: " + outcome.changes.dump(),
                 outcome.changes);
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config(sentinels.inner(), true)));
  std::error_code error;
  std::filesystem::create_directories(container->bundle + "/rootfs/protected", error);
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, Messages()));
  for (const json& answer : by_exec)
    findings.Judge(kExec, answer.value("made", "") == "EROFS",
                   "a process of exec made a file: " + answer.dump(), answer);
  return {};
}

}  // namespace

BatteryRun ReadOnlyRun() {
  const std::string holds = "loadline/isolation/probes/read-only";
  return {"read-only",
          {{kRoot, "no file can be made in a read-only root", {holds}, {}},
           {kMount, "no file can be made in a read-only mount", {holds}, {}},
           {kPath, "no file can be made in a read-only path", {holds}, {}},
           {kExec, "no file can be made in any of them by exec", {holds}, {"verb-exec"}},
           {kSource, "the source of a read-only mount stays as it is", {holds}, {}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
