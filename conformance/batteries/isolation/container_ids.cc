// SPDX-License-Identifier: Apache-2.0
// Container ids that mean more to a file system or a command line than a name: refused, or kept
// below the candidate's own directory.
#include <filesystem>
#include <set>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct HostileId {
  const char* name;
  const char* title;
  std::string id;  // "${place}": the directory that is watched
};

std::vector<HostileId> Ids() {
  return {
      {"dot", "one dot", "."},
      {"dots", "two dots", ".."},
      {"climbing", "a name that climbs", "../loadline-escaped"},
      {"climbing-far", "a name that climbs far", "../../../../../../..${place}/loadline-escaped"},
      {"inner", "a name with a slash in it", "loadline/inner"},
      {"absolute", "a path", "${place}/loadline-escaped"},
      {"empty", "no name", ""},
      {"long", "a name of 4 KiB", std::string(4096, 'i')},
      {"dash", "a name that begins like an option", "-loadline"},
      {"option", "a name that is an option", "--help"},
      {"newline", "a name with a newline in it", "loadline\nsecond"},
      {"space", "a name with a space in it", "loadline second"},
      {"not-ascii", "a name that is not ASCII",
       "\xc5\x82\xc3\xb3"
       "dka"},
      {"not-utf8", "a name that is not UTF-8", "loadline\xff\xfe"}};
}

constexpr const char* kRoot = "${root}";  // in the profile's global options

std::string CheckOf(const HostileId& one) {
  return std::string("loadline/isolation/container-ids/") + one.name;
}

// A directory for each id, so that one that is destroyed does not matter to the next: the
// candidate's own is in the middle of it.
struct Place {
  std::string directory;
  std::string state;
};

Result<Place> MakePlace(const CellPaths& paths) {
  Place place{paths.work + "/" + RandomContainerId(), ""};
  place.state = place.directory + "/inner/state";
  std::error_code error;
  fs::create_directories(place.state, error);
  if (error) return Failure("no directory for the state: " + error.message());
  for (const char* name : {"/file", "/inner/file"})
    RETURN_IF_ERROR(WriteFileAtomically(place.directory + name, "sentinel\n"));
  RETURN_IF_ERROR(GiveTree(place.directory, paths.caller));
  return place;
}

// All files of the place beside the candidate's own.
std::set<std::string> FilesBeside(const Place& place) {
  std::set<std::string> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(place.directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string();
    if (path == place.state) entry.disable_recursion_pending();
    files.insert(path);
  }
  return files;
}

std::string Difference(const std::set<std::string>& before, const std::set<std::string>& now) {
  std::string changes;
  for (const std::string& file : now) {
    if (before.count(file) == 0) changes += " new: " + file;
  }
  for (const std::string& file : before) {
    if (now.count(file) == 0) changes += " gone: " + file;
  }
  return changes;
}

// The control: a directory made by such a name is seen.
Result<void> Control(const CellPaths& paths) {
  ASSIGN_OR_RETURN(const Place place, MakePlace(paths));
  const auto before = FilesBeside(place);
  std::error_code error;
  fs::create_directories(place.state + "/../loadline-escaped", error);
  return CheckControl(!Difference(before, FilesBeside(place)).empty(),
                      "a directory beside the candidate's own");
}

std::string Expanded(std::string id, const std::string& directory) {
  constexpr std::string_view kWord = "${place}";
  if (const size_t at = id.find(kWord); at != std::string::npos)
    id.replace(at, kWord.size(), directory);
  return id;
}

Result<void> TryId(Rig& rig, Findings& findings, const HostileId& one) {
  ASSIGN_OR_RETURN(const Place place, MakePlace(rig.paths()));
  const auto before = FilesBeside(place);
  for (std::string& option : rig.calls().global_options) {
    if (option == kRoot) option = place.state;
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  // Its pid file and its bundle keep the harmless name that they have.
  container->id = Expanded(one.id, place.directory);
  ASSIGN_OR_RETURN(const Call created, rig.TryCreate(*container));
  const std::string during = Difference(before, FilesBeside(place));
  json evidence = {{"create", created.ToText()}};
  for (const char* verb : {"state", "kill", "deleteForce"}) {
    ASSIGN_OR_RETURN(const Call call, rig.Try(verb, *container, {{"signal", "KILL"}}));
    evidence[verb] = call.ToText();
  }
  container->deleted = true;
  rig.Remove(*container);
  for (std::string& option : rig.calls().global_options) {
    if (option == place.state) option = kRoot;
  }
  const std::string afterwards = Difference(before, FilesBeside(place));
  findings.Judge(CheckOf(one), during.empty() && afterwards.empty(),
                 "beside the candidate's own directory:" + (during.empty() ? afterwards : during),
                 evidence);
  if (created.timed_out) return CandidateError("create", created);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig.paths()));
  for (const HostileId& one : Ids()) RETURN_IF_ERROR(TryId(rig, findings, one));
  return {};
}

}  // namespace

BatteryRun ContainerIdsRun() {
  BatteryRun run{"container-ids", {}, false, Work};
  for (const HostileId& one : Ids())
    run.checks.push_back({CheckOf(one),
                          std::string("an id that is ") + one.title +
                              " touches nothing beside the candidate's own directory",
                          {"loadline/isolation/probes/container-ids"},
                          {}});
  return run;
}

}  // namespace loadline::conformance::isolation
