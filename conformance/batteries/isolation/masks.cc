// SPDX-License-Identifier: Apache-2.0
// Masked paths: what lies under the mask stays there, whatever the image has in place of the null
// device.
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const std::string kFile = "loadline/isolation/masks/file";
const std::string kDirectory = "loadline/isolation/masks/directory";
const std::string kNull = "loadline/isolation/masks/false-null-device";
const std::string kUnmount = "loadline/isolation/masks/unmount";

constexpr const char* kSecret = "secret\n";
constexpr const char* kBait = "bait\n";

Result<void> AddSecrets(const std::string& rootfs) {
  std::error_code error;
  fs::create_directories(rootfs + "/hidden", error);
  RETURN_IF_ERROR(WriteFileAtomically(rootfs + "/secret", kSecret, 0644));
  return WriteFileAtomically(rootfs + "/hidden/secret", kSecret, 0644);
}

// The image has a link in place of the null device, to a file that would lie on what is masked.
Result<void> AddFalseNull(const std::string& rootfs) {
  RETURN_IF_ERROR(AddSecrets(rootfs));
  RETURN_IF_ERROR(WriteFileAtomically(rootfs + "/bait", kBait, 0666));
  if (symlink("/bait", (rootfs + "/dev/null").c_str()) != 0) return CallError("symlink");
  return {};
}

Trial Masked(bool masks) {
  Trial trial;
  if (masks) trial.config = {{"linux", {{"maskedPaths", {"/secret", "/hidden"}}}}};
  trial.prepare = AddSecrets;
  trial.messages = {
      {{"tell", "observe"}, {"paths", {"/secret", "/hidden"}}, {"attempts", {"unmount-secret"}}}};
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
  Trial false_null = Masked(true);
  false_null.config["mounts"] = {
      {"/dev", nullptr}, {"/dev/pts", nullptr}, {"/dev/shm", nullptr}, {"/dev/mqueue", nullptr}};
  false_null.prepare = AddFalseNull;
  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, false_null, sentinels));
  JudgeTrial(findings, kNull, outcome, FileIsCovered);
  return {};
}

}  // namespace

BatteryRun MasksRun() {
  const std::string hidden = "loadline/isolation/probes/masks";
  return {"masks",
          {{kFile, "a masked file of the image cannot be read", {hidden}, {}},
           {kDirectory, "a masked directory of the image cannot be listed", {hidden}, {}},
           {kUnmount, "a mask cannot be unmounted from inside", {hidden}, {}},
           {kNull, "no file of the image lies on what is masked", {hidden}, {}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
