// SPDX-License-Identifier: Apache-2.0
// Links in the image where something is to be mounted: they lead outside, or to where no mount
// belongs.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const std::string kLast = "loadline/isolation/mount-links/last-part";
const std::string kMiddle = "loadline/isolation/mount-links/middle-part";
const std::string kRelative = "loadline/isolation/mount-links/relative";
const std::string kFile = "loadline/isolation/mount-links/file";
const std::string kProc = "loadline/isolation/mount-links/proc";

Result<void> Link(const std::string& target, const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (symlink(target.c_str(), path.c_str()) != 0) return CallError("symlink", path);
  return {};
}

json Tmpfs(const std::string& destination) {
  return {{"mounts", {{destination, {{"type", "tmpfs"}, {"source", "tmpfs"}}}}}};
}

// Nothing more is asked than that nothing outside has changed.
std::string Nothing(const Outcome&) { return ""; }

// The control: whoever makes directories without looking follows the link.
Result<void> Control(Rig& rig) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const std::string link = rig.paths().work + "/naive";
  RETURN_IF_ERROR(Link(sentinels.directory(), link));
  std::error_code error;
  fs::create_directories(link + "/made/by/link", error);
  return CheckControl(!sentinels.Changes().empty(), "a directory made through a link");
}

struct HostileLink {
  const std::string& check;
  json config;
  std::string (*target)(const Sentinels&);
  const char* link;
};

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig));
  const std::string source = rig.paths().work + "/source";
  RETURN_IF_ERROR(WriteFileAtomically(source, "source\n", 0644));
  const json bind = {
      {"mounts", {{"/link", {{"type", "none"}, {"source", source}, {"options", {"bind"}}}}}}};
  const HostileLink links[] = {
      {kLast, Tmpfs("/link"), [](const Sentinels& s) { return s.inner(); }, "/link"},
      {kMiddle, Tmpfs("/link/new/directory"), [](const Sentinels& s) { return s.directory(); },
       "/link"},
      {kRelative, Tmpfs("/link/new"),
       [](const Sentinels& s) { return "../../../../../../.." + s.directory(); }, "/link"},
      {kFile, bind, [](const Sentinels& s) { return s.file(); }, "/link"},
      {kProc, json::object(), [](const Sentinels& s) { return s.inner(); }, "/proc"},
  };
  for (const HostileLink& one : links) {
    ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
    Trial trial;
    trial.config = one.config;
    trial.prepare = [&](const std::string& rootfs) {
      return Link(one.target(sentinels), rootfs + one.link);
    };
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
    JudgeTrial(findings, one.check, outcome, Nothing);
  }
  return {};
}

}  // namespace

BatteryRun MountLinksRun() {
  const std::string inside = "loadline/isolation/probes/mount-destinations";
  return {"mount-links",
          {{kLast, "a mount at a link of the image changes nothing outside", {inside}, {}},
           {kMiddle, "a mount below a link of the image changes nothing outside", {inside}, {}},
           {kRelative, "a mount below a link that climbs changes nothing outside", {inside}, {}},
           {kFile, "a file bound on a link of the image changes nothing outside", {inside}, {}},
           {kProc, "an image whose /proc is a link changes nothing outside", {inside}, {}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
