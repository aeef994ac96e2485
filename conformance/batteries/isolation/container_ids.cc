// SPDX-License-Identifier: Apache-2.0
// Container ids that mean more to a file system or a command line than a name: refused, or kept
// below the candidate's own directory.
#include <filesystem>
#include <set>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct HostileId {
  const char* name;
  const char* title;
  std::string id;  // "${work}": the work directory
};

std::vector<HostileId> Ids() {
  return {
      {"dot", "one dot", "."},
      {"dots", "two dots", ".."},
      {"climbing", "a name that climbs", "../loadline-escaped"},
      {"climbing-far", "a name that climbs far", "../../../../../../..${work}/loadline-escaped"},
      {"inner", "a name with a slash in it", "loadline/inner"},
      {"absolute", "a path", "${work}/loadline-escaped"},
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

std::string CheckOf(const HostileId& one) {
  return std::string("loadline/isolation/container-ids/") + one.name;
}

// All files of the run beside the candidate's own directory and the bundles.
std::set<std::string> FilesBeside(const CellPaths& paths) {
  std::set<std::string> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(paths.base, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string();
    // What it writes for itself into the directory for temporary files is no escape.
    if (path == paths.state || path == paths.bundles || path == paths.temporary)
      entry.disable_recursion_pending();
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
  const auto before = FilesBeside(paths);
  std::error_code error;
  const std::string escaped = paths.state + "/../loadline-escaped";
  fs::create_directories(escaped, error);
  const std::string seen = Difference(before, FilesBeside(paths));
  fs::remove_all(escaped, error);
  return CheckControl(!seen.empty(), "a directory beside the candidate's own");
}

std::string Expanded(std::string id, const std::string& work) {
  const std::string_view place = "${work}";
  if (const size_t at = id.find(place); at != std::string::npos) id.replace(at, place.size(), work);
  return id;
}

Result<void> TryId(Rig& rig, Findings& findings, const HostileId& one) {
  const auto before = FilesBeside(rig.paths());
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  // Its pid file and its bundle keep the harmless name that they have.
  container->id = Expanded(one.id, rig.paths().work);
  ASSIGN_OR_RETURN(const Call created, rig.TryCreate(*container));
  const std::string during = Difference(before, FilesBeside(rig.paths()));
  json evidence = {{"create", created.ToText()}};
  for (const char* verb : {"state", "kill", "deleteForce"}) {
    ASSIGN_OR_RETURN(const Call call, rig.Try(verb, *container, {{"signal", "KILL"}}));
    evidence[verb] = call.ToText();
  }
  container->deleted = true;
  rig.Remove(*container);
  const std::string afterwards = Difference(before, FilesBeside(rig.paths()));
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
