// SPDX-License-Identifier: Apache-2.0
// Mounts that appear on one side of a container's wall and are or are not seen on the other, by a
// real mount.
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

struct Row {
  const char* option;
  const char* root;  // what engines ask of the root file system for it
  bool in;           // a mount of the outside is seen inside
  bool out;          // and one of the inside is seen outside
};
constexpr Row kRows[] = {{"rprivate", "private", false, false},
                         {"rslave", "slave", true, false},
                         {"runbindable", "private", false, false},
                         {"rshared", "shared", true, true}};

std::string CheckOf(const Row& row) {
  return std::string("loadline/isolation/propagation/") + row.option;
}

// A directory whose mounts are shared with whoever binds it.
Result<std::string> MakeShared(Rig& rig) {
  const std::string directory = rig.paths().work + "/shared";
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=1m") != 0)
    return CallError("mount", directory);
  if (mount(nullptr, directory.c_str(), nullptr, MS_SHARED, nullptr) != 0)
    return CallError("mount", directory + ", shared");
  for (const char* name : {"/outer", "/inner"}) {
    if (mkdir((directory + name).c_str(), 0755) != 0) return CallError("mkdir", directory);
  }
  return directory;
}

json Config(const std::string& source, const Row& row) {
  const json capabilities = {"CAP_SYS_ADMIN"};
  return {
      {"process",
       {{"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"linux", {{"rootfsPropagation", row.root}}},
      {"mounts",
       {{"/shared", {{"type", "none"}, {"source", source}, {"options", {"rbind", row.option}}}}}}};
}

bool HasMarker(const json& answer) {
  const json entries = answer.value("entries", json::array());
  return std::find(entries.begin(), entries.end(), "marker") != entries.end();
}

// Mounts a file system with a marker at the outer place, asks for it inside, and takes it away.
Result<bool> IsSeenInside(Rig& rig, Container& container, const std::string& directory) {
  const std::string place = directory + "/outer";
  if (mount("tmpfs", place.c_str(), "tmpfs", 0, "size=64k") != 0) return CallError("mount", place);
  RETURN_IF_ERROR(Plant(place, {File("/marker")}, ""));
  ASSIGN_OR_RETURN(const json answer,
                   rig.Tell(container, {{"tell", "list"}, {"path", "/shared/outer"}}));
  umount2(place.c_str(), MNT_DETACH);
  return HasMarker(answer);
}

// Lets the container mount one at the inner place, and looks for it outside. Nothing when it
// cannot.
Result<std::optional<bool>> IsSeenOutside(Rig& rig, Container& container,
                                          const std::string& directory) {
  ASSIGN_OR_RETURN(const json answer,
                   rig.Tell(container, {{"tell", "mount-marker"}, {"path", "/shared/inner"}}));
  if (answer.value("mounted", "") != "ok") return std::optional<bool>();
  std::error_code error;
  return std::optional<bool>(std::filesystem::exists(directory + "/inner/marker", error));
}

Result<void> Judge(Rig& rig, Findings& findings, const Row& row, const std::string& directory) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config(directory, row)));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const bool in, IsSeenInside(rig, *container, directory));
  ASSIGN_OR_RETURN(const std::optional<bool> out, IsSeenOutside(rig, *container, directory));
  const json evidence = {{"in", in},
                         {"out", out ? json(*out) : json("the container cannot mount")}};
  rig.Remove(*container);
  umount2((directory + "/inner").c_str(), MNT_DETACH);
  findings.Judge(CheckOf(row), in == row.in,
                 std::string("a mount outside is ") + (in ? "" : "not ") + "seen inside", evidence);
  if (!out) {
    findings.Say(CheckOf(row), reports::Verdict::kInconclusive,
                 "nothing can be mounted from inside", evidence);
  } else {
    findings.Judge(CheckOf(row), *out == row.out,
                   std::string("a mount inside is ") + (*out ? "" : "not ") + "seen outside",
                   evidence);
  }
  return {};
}

// That each kind behaves otherwise than another is the control: the same looks see both.
Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::string directory, MakeShared(rig));
  for (const Row& row : kRows) RETURN_IF_ERROR(Judge(rig, findings, row, directory));
  return {};
}

}  // namespace

BatteryRun PropagationRun() {
  BatteryRun run{"propagation", {}, false, Work};
  for (const Row& row : kRows) {
    const std::string in = row.in ? "come in" : "stay out";
    const std::string out = row.out ? "go out" : "stay in";
    run.checks.push_back({CheckOf(row),
                          std::string("with ") + row.option + " mounts of the outside " + in +
                              ", and those of the inside " + out,
                          {"loadline/isolation/probes/propagation"},
                          {"root"}});
  }
  return run;
}

}  // namespace loadline::conformance::isolation
