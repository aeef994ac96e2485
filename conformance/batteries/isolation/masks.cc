// SPDX-License-Identifier: Apache-2.0
// Masked paths: what lies under the mask stays there, whatever the image has in place of the null
// device, and whichever way leads to it. Guards against CVE-2025-31133 and CVE-2025-62161.
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

std::string CheckOf(const std::string& name) { return "loadline/isolation/masks/" + name; }
const std::string kFile = "loadline/isolation/masks/file";
const std::string kDirectory = "loadline/isolation/masks/directory";
const std::string kUnmount = "loadline/isolation/masks/unmount";

const std::string kByExec = "loadline/isolation/masks/exec";

constexpr const char* kSecret = "secret\n";
constexpr const char* kBait = "bait\n";

std::vector<Planted> Secrets() {
  return {File("/secret", kSecret), File("/hidden/secret", kSecret), File("/other/secret", kSecret),
          Link("/way", "other"), Link("/direct", "/other/secret")};
}

json WithoutDev() {
  return {
      {"/dev", nullptr}, {"/dev/pts", nullptr}, {"/dev/shm", nullptr}, {"/dev/mqueue", nullptr}};
}

json Observe() {
  return {{"tell", "observe"},
          {"paths", {"/secret", "/hidden", "/other/secret"}},
          {"attempts", {"unmount-secret"}}};
}

Trial Masked(bool masks) {
  Trial trial;
  if (masks) trial.config = {{"linux", {{"maskedPaths", {"/secret", "/hidden"}}}}};
  trial.prepare = [](const std::string& rootfs) { return Plant(rootfs, Secrets(), ""); };
  trial.messages = {Observe()};
  trial.messages_by_exec = {Observe()};
  return trial;
}

json PathOf(const Outcome& outcome, const char* path) {
  return outcome.answers[0].value(json::json_pointer("/probe/paths") / path, json::object());
}

std::string FileIsCovered(const Outcome& outcome) {
  const std::string content = PathOf(outcome, "/secret").value("content", "");
  return content.empty() ? "" : "what is masked reads as " + json(content).dump();
}

std::string DirectoryIsCovered(const Outcome& outcome) {
  const json entries = PathOf(outcome, "/hidden").value("entries", json::array());
  return entries.empty() ? "" : "what is masked lists " + entries.dump();
}

std::string MaskStays(const Outcome& outcome) {
  const json answer =
      outcome.answers[0].value("/probe/attempts/unmount-secret"_json_pointer, json());
  return answer == "EPERM" || answer == "EINVAL" ? "" : "unmounting it answers " + answer.dump();
}

std::string OtherIsCovered(const Outcome& outcome) {
  const std::string content = PathOf(outcome, "/other/secret").value("content", "");
  return content.empty() ? "" : "what is masked reads as " + json(content).dump();
}

// Masks of other sorts, and images that are in the way of them.
struct Row {
  const char* name;
  const char* title;
  std::vector<const char*> masks;
  std::string (*wrong)(const Outcome&);
  std::vector<Planted> image;
  bool read_only = false;
  bool own_dev = false;  // of the image
};

std::vector<Row> Rows() {
  return {
      {"twice", "a path that is masked twice", {"/secret", "/secret", "/secret"}, FileIsCovered},
      {"absent",
       "a mask beside one that is not there",
       {"/not-there", "/not/there", "/secret"},
       FileIsCovered},
      {"through-link", "a path that is masked by way of a link", {"/way/secret"}, OtherIsCovered},
      {"at-link", "a file that is masked by a link to it", {"/direct"}, OtherIsCovered},
      {"read-only-root",
       "a mask in a read-only root",
       {"/secret", "/hidden"},
       FileIsCovered,
       {},
       true},
      {"read-only-directory",
       "a masked directory in a read-only root",
       {"/hidden"},
       DirectoryIsCovered,
       {},
       true},
      {"null-is-a-file",
       "a mask where the null device of the image is a file",
       {"/secret"},
       FileIsCovered,
       {File("/dev/null", kBait)},
       false,
       true},
      {"null-is-a-fifo",
       "a mask where the null device of the image is a fifo",
       {"/secret"},
       FileIsCovered,
       {Fifo("/dev/null")},
       false,
       true},
      {"null-in-a-link",
       "a mask where the /dev of the image is a link",
       {"/secret"},
       FileIsCovered,
       {File("/elsewhere/null", kBait), Link("/dev", "/elsewhere")},
       false,
       true},
      // The image has a link in place of the null device, to a file that would lie on what is
      // masked.
      {"false-null-device",
       "a mask where the null device of the image is a link",
       {"/secret", "/hidden"},
       FileIsCovered,
       {File("/bait", kBait), Link("/dev/null", "/bait")},
       false,
       true},
      {"parent-and-child",
       "a directory that is masked after what is in it",
       {"/hidden/secret", "/hidden"},
       DirectoryIsCovered},
  };
}

Result<void> TryRows(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(AllowDevices(rig));
  std::vector<HostileBundle> bundles;
  for (const Row& row : Rows()) {
    HostileBundle bundle{CheckOf(row.name), row.title, Secrets()};
    bundle.image.insert(bundle.image.end(), row.image.begin(), row.image.end());
    bundle.config = {{"linux", {{"maskedPaths", row.masks}}},
                     {"root", {{"readonly", row.read_only}}}};
    if (row.own_dev) bundle.config["mounts"] = WithoutDev();
    bundle.wrong = row.wrong;
    bundle.messages = {Observe()};
    bundles.push_back(std::move(bundle));
  }
  return TryBundles(rig, findings, bundles);
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  // The control: without a mask the probe reads both.
  ASSIGN_OR_RETURN(const Outcome open, Try(rig, Masked(false), sentinels));
  if (open.refused) return CandidateError("a bundle without masks: " + open.why);
  RETURN_IF_ERROR(CheckControl(!FileIsCovered(open).empty() && !DirectoryIsCovered(open).empty(),
                               "files without a mask"));
  ASSIGN_OR_RETURN(const Outcome masked, Try(rig, Masked(true), sentinels));
  if (masked.refused) return CandidateError("a bundle with masks: " + masked.why);
  JudgeTrial(findings, kFile, masked, FileIsCovered);
  JudgeTrial(findings, kDirectory, masked, DirectoryIsCovered);
  JudgeTrial(findings, kUnmount, masked, MaskStays);
  if (!masked.answers_by_exec.empty()) {
    Outcome by_exec = masked;
    by_exec.answers = masked.answers_by_exec;
    for (auto* wrong : {FileIsCovered, DirectoryIsCovered, MaskStays})
      JudgeTrial(findings, kByExec, by_exec, wrong);
  } else if (rig.HasVerb("exec")) {
    findings.Judge(kByExec, false, "exec does not work in a container with masks");
  }
  return TryRows(rig, findings);
}

}  // namespace

BatteryRun MasksRun() {
  const std::string hidden = "loadline/isolation/probes/masks";
  BatteryRun run{"masks",
                 {{kFile, "a masked file of the image cannot be read", {hidden}, {}},
                  {kDirectory, "a masked directory of the image cannot be listed", {hidden}, {}},
                  {kUnmount, "a mask cannot be unmounted from inside", {hidden}, {}},
                  {kByExec, "a process of exec sees no more of it", {hidden}, {"verb-exec"}}},
                 false,
                 Work};
  for (const Row& row : Rows())
    run.checks.push_back({CheckOf(row.name), std::string(row.title) + " hides it", {hidden}, {}});
  return run;
}

}  // namespace loadline::conformance::isolation
