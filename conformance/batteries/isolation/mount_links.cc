// SPDX-License-Identifier: Apache-2.0
// Links in the image where something is to be mounted: they lead outside, or to where no mount
// belongs. Guards against CVE-2019-18837, CVE-2021-30465, CVE-2024-45310 and those like
// CVE-2022-23648.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// By which the mount that was asked for is found again, wherever it is.
constexpr const char* kMark = "loadline-trial";
constexpr int kDepth = 200;

std::string CheckOf(const char* name) {
  return std::string("loadline/isolation/mount-links/") + name;
}

json Tmpfs(const std::string& destination) {
  return {{"mounts", {{destination, {{"type", "tmpfs"}, {"source", kMark}}}}}};
}

json Bind(const std::string& source, const std::string& destination) {
  return {
      {"mounts", {{destination, {{"type", "none"}, {"source", source}, {"options", {"bind"}}}}}}};
}

std::vector<json> Observe() { return {{{"tell", "observe"}, {"paths", {"/mounted"}}}}; }

// A mount that was asked for may not be left out in silence. Where the table does not tell sources,
// it is one of the kind that nobody else asked for.
std::string IsMissing(const Outcome& outcome) {
  constexpr std::string_view kOthers[] = {"/", "/dev", "/dev/shm", "/tmp"};
  const json mounts = outcome.answers[0].value("/probe/mounts"_json_pointer, json::object());
  for (const auto& mount : mounts.items()) {
    const std::string source = mount.value().value("source", "");
    if (source == kMark) return "";
    const bool other =
        std::find(std::begin(kOthers), std::end(kOthers), mount.key()) != std::end(kOthers);
    if (source == "none" && mount.value().value("fstype", "") == "tmpfs" && !other) return "";
  }
  return mounts.empty() ? "" : "what was to be mounted is not there";
}

std::string IsNotTheSource(const Outcome& outcome) {
  const json path = outcome.answers[0].value("/probe/paths/~1mounted"_json_pointer, json::object());
  const json content = path.value("content", json());
  return content == "source\n" ? "" : "in the place of the source there is " + path.dump();
}

struct Row {
  const char* name;
  const char* title;
  std::vector<Planted> image;
  json config;
  std::string (*wrong)(const Outcome&) = nullptr;
  bool odd_config = false;
};

std::string Deep() {
  std::string path;
  for (int i = 0; i < kDepth; ++i) path += "/d";
  return path;
}

// `work` is where the sources of binds are.
std::vector<Row> Rows(const std::string& work) {
  const std::string climb = "../../../../../../../..";
  json through = Bind(work + "/volume", "/volume");
  through["mounts"]["/volume/out/new"] = {{"type", "tmpfs"}, {"source", kMark}};
  json link_on_mount = {{"mounts", {{"/a", {{"type", "tmpfs"}, {"source", "first"}}}}}};
  link_on_mount["mounts"]["/a/b/c"] = {{"type", "tmpfs"}, {"source", kMark}};
  return {
      {"last-part",
       "a mount at a link of the image",
       {Link("/link", "${outside}/inner")},
       Tmpfs("/link"),
       IsMissing},
      {"middle-part",
       "a mount below a link of the image",
       {Link("/link", "${outside}")},
       Tmpfs("/link/new/directory"),
       IsMissing},
      {"relative",
       "a mount below a link that climbs",
       {Link("/link", climb + "${outside}")},
       Tmpfs("/link/new"),
       IsMissing},
      {"file",
       "a file bound on a link of the image",
       {Link("/link", "${outside}/file")},
       Bind(work + "/source", "/link")},
      {"proc",
       "an image whose /proc is a link",
       {Link("/proc", "${outside}/inner")},
       json::object()},
      {"dangling",
       "a mount at a link to nowhere",
       {Link("/link", "${outside}/new/place")},
       Tmpfs("/link"),
       IsMissing},
      {"dangling-file",
       "a file bound on a link to nowhere",
       {Link("/link", "${outside}/new-file")},
       Bind(work + "/source", "/link")},
      {"climbing",
       "a mount whose destination climbs",
       {},
       Tmpfs("/.." + climb + "${outside}/inner"),
       IsMissing,
       true},
      {"climbing-through-link",
       "a mount whose destination climbs behind a link",
       {Link("/link", "${outside}/inner")},
       Tmpfs("/link/../new"),
       nullptr,
       true},
      {"chain",
       "a mount at a link to a link",
       {Link("/first", "second"), Link("/second", "third/../third"),
        Link("/third", "${outside}/inner")},
       Tmpfs("/first"),
       IsMissing},
      {"deep",
       "a mount deep below, where a link is",
       {Link(Deep() + "/link", "${outside}")},
       Tmpfs(Deep() + "/link/new"),
       IsMissing},
      {"through-mount", "a mount below a link of another mount", {}, through, nullptr, true},
      {"below-mount",
       "a mount below another mount of the same bundle",
       {},
       link_on_mount,
       IsMissing},
      {"file-on-directory",
       "a file bound on a directory",
       {Directory("/mounted")},
       Bind(work + "/source", "/mounted")},
      {"directory-on-file",
       "a directory bound on a file",
       {File("/mounted")},
       Bind(work + "/volume", "/mounted")},
      {"root",
       "a mount at a link to the root",
       {Link("/link", "/")},
       Tmpfs("/link/new"),
       IsMissing},
      {"source",
       "a source that is a link",
       {File(work + "/source", "bait\n"), File("/mounted", "bait\n")},
       Bind(work + "/link-to-source", "/mounted"),
       IsNotTheSource},
  };
}

// The control: whoever makes directories without looking follows the link.
Result<void> Control(Rig& rig) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  RETURN_IF_ERROR(Plant(rig.paths().work, {Link("/naive", "${outside}")}, sentinels.directory()));
  std::error_code error;
  fs::create_directories(rig.paths().work + "/naive/made/by/link", error);
  return CheckControl(!sentinels.Changes().empty(), "a directory made through a link");
}

// What is bound: a file, a link to it, and a directory with a link in it that leads to a place of
// its own, which is looked at afterwards.
Result<Sentinels> MakeSources(Rig& rig) {
  const std::string work = rig.paths().work;
  ASSIGN_OR_RETURN(Sentinels sentinels, Sentinels::MakeBelow(work));
  RETURN_IF_ERROR(Plant(work,
                        {File("/source", "source\n"), Link("/link-to-source", work + "/source"),
                         Directory("/volume"), Link("/volume/out", "${outside}")},
                        sentinels.directory()));
  RETURN_IF_ERROR(GiveTree(work, rig.paths().caller));
  return sentinels;
}

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig));
  ASSIGN_OR_RETURN(const Sentinels behind_the_volume, MakeSources(rig));
  std::vector<HostileBundle> bundles;
  for (Row& row : Rows(rig.paths().work))
    bundles.push_back({CheckOf(row.name), row.title, std::move(row.image), std::move(row.config),
                       row.wrong, Observe(), false, row.odd_config});
  RETURN_IF_ERROR(TryBundles(rig, findings, bundles));
  const json changes = behind_the_volume.Changes();
  findings.Judge(CheckOf("through-mount"), changes.empty(), "outside the volume: " + changes.dump(),
                 changes);
  return {};
}

}  // namespace

BatteryRun MountLinksRun() {
  BatteryRun run{"mount-links", {}, false, Work};
  for (const Row& row : Rows("")) {
    const bool source = std::string_view(row.name) == "source";
    run.checks.push_back(
        {CheckOf(row.name),
         std::string(row.title) + (source ? " is the one of the host" : " changes nothing outside"),
         {source ? "loadline/isolation/probes/mount-sources"
                 : "loadline/isolation/probes/mount-destinations"},
         {}});
  }
  return run;
}

}  // namespace loadline::conformance::isolation
