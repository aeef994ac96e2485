// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/from_outside.h"

#include <sys/stat.h>

#include <cctype>
#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/isolation/posture.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/observe_host.h"
#include "conformance/harness/strict_json.h"
#include "conformance/probe/observe.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json OwnerOf(const std::string& directory, const char* file) {
  struct stat group {};
  struct stat entry {};
  if (stat(directory.c_str(), &group) != 0 || stat((directory + file).c_str(), &entry) != 0)
    return nullptr;
  return {group.st_uid, entry.st_uid};
}

// The group of each hierarchy. With those of v1 that of v2 is nobody's business.
json GroupsOf(const json& cgroups, const CellView& view) {
  json groups = json::object();
  const bool v2 = CgroupLayout(view.hierarchies) == "v2";
  for (const Hierarchy& hierarchy : view.hierarchies) {
    if (hierarchy.v2 != v2) continue;
    const std::string key =
        v2 ? "unified" : hierarchy.controllers.substr(0, hierarchy.controllers.find(','));
    if (!cgroups.contains(key)) continue;
    const std::string path = cgroups[key];
    groups[key] = {{"path", path},
                   {"owner", OwnerOf(MountInCell(view, hierarchy) + path, "/cgroup.procs")}};
  }
  return groups;
}

}  // namespace

json SeeThreads(pid_t pid) {
  json threads = json::array();
  std::error_code error;
  for (auto entry = fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    json thread = probe::ObserveThread(entry->path().string());
    if (!thread.empty()) threads.push_back(std::move(thread));
  }
  if (threads.empty()) return nullptr;
  json differences = DifferencesAmong(threads);
  json namespaces = json::array();
  for (const json& name : differences) {
    // Names of namespaces are written small, the fields of a status are not.
    if (std::islower(static_cast<unsigned char>(name.get_ref<const std::string&>()[0])) != 0)
      namespaces.push_back(name);
  }
  return {{"count", threads.size()}, {"differences", differences}, {"namespaces", namespaces}};
}

json SeeFromOutside(Rig& rig, Container& container) {
  json seen = {{"pid", container.pid}, {"bundle", container.bundle}};
  const uint32_t uid = IsRootless(rig.paths().caller) ? kUser : 0;
  seen["caller"] = {uid, uid};
  auto state = rig.Try("state", container);
  if (state && state->Success()) {
    json said = ParseForeign(state->output);
    if (said.is_object()) seen["state"] = std::move(said);
  }
  const json process = ObserveProcess(container, rig.view(), {});
  if (process.is_object()) {
    seen["namespaces"] = process["namespaces"];
    seen["groups"] = GroupsOf(process["cgroups"], rig.view());
  }
  seen["threads"] = SeeThreads(container.pid);
  return seen;
}

}  // namespace loadline::conformance::isolation
