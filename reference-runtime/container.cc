// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/container.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

Container FromJson(const Json& json) {
  Container container;
  container.id = json.at("id");
  container.bundle = json.at("bundle");
  container.rootfs = json.at("rootfs");
  container.oci_version = json.at("ociVersion");
  container.pid = json.at("pid");
  container.start_time = json.at("startTime");
  container.started = json.at("started");
  container.created = json.at("created");
  for (const auto& [key, value] : json.at("annotations").items())
    container.annotations.emplace_back(key, value);
  container.cgroups = json.at("cgroups").get<std::vector<std::string>>();
  container.unit = json.at("unit");
  container.cgroup.path = json.at("cgroupPath");
  container.cgroup.unified = json.at("cgroupUnified");
  container.own_keyring = json.at("ownKeyring");
  container.own_pids = json.at("ownPids");
  container.rdt = {json.at("rdtGroup"), json.at("rdtMonitoring"), json.at("rdtOwned")};
  return container;
}

Json Annotations(const Container& container) {
  Json annotations = Json::object();
  for (const auto& [key, value] : container.annotations) annotations[key] = value;
  return annotations;
}

}  // namespace

uint64_t StartTime(pid_t pid) {
  auto text = ReadFile("/proc/" + std::to_string(pid) + "/stat");
  if (!text.has_value()) return 0;
  // The second field may hold anything, so count from its closing parenthesis: state is 3,
  // starttime is 22.
  size_t at = text->rfind(')');
  if (at == std::string::npos || at + 2 >= text->size()) return 0;
  const char state = (*text)[at + 2];
  if (state == 'Z' || state == 'X') return 0;
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text->find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtoull(text->c_str() + at, nullptr, 10);
}

std::string StatusOf(const Container& container) {
  if (container.pid == 0) return "creating";
  if (StartTime(container.pid) != container.start_time) return "stopped";
  if (!container.started) return "created";
  return IsFrozen(container.cgroup) ? "paused" : "running";
}

std::string StateDocument(const Container& container, const std::string& status) {
  nlohmann::ordered_json state;
  state["ociVersion"] = container.oci_version;
  state["id"] = container.id;
  state["status"] = status;
  // oci-runtime/runtime/state/pid: REQUIRED when created or running; a stopped one has none.
  if (status != "stopped") state["pid"] = container.pid;
  state["bundle"] = container.bundle;
  if (!container.annotations.empty()) state["annotations"] = Annotations(container);
  return state.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> CheckId(const std::string& id) {
  const bool legal = !id.empty() && id.size() <= 255 && id != "." && id != ".." &&
                     std::all_of(id.begin(), id.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
                              c == '.';
                     });
  if (legal) return {};
  return Failure("\"" + id + "\" is not a container id", "use letters, digits and _ + - .");
}

Result<void> SaveContainer(const std::string& state_directory, const Container& container) {
  const Json json{{"id", container.id},
                  {"bundle", container.bundle},
                  {"rootfs", container.rootfs},
                  {"ociVersion", container.oci_version},
                  {"pid", container.pid},
                  {"startTime", container.start_time},
                  {"started", container.started},
                  {"created", container.created},
                  {"annotations", Annotations(container)},
                  {"cgroups", container.cgroups},
                  {"unit", container.unit},
                  {"cgroupPath", container.cgroup.path},
                  {"cgroupUnified", container.cgroup.unified},
                  {"ownKeyring", container.own_keyring},
                  {"ownPids", container.own_pids},
                  {"rdtGroup", container.rdt.group},
                  {"rdtMonitoring", container.rdt.monitoring},
                  {"rdtOwned", container.rdt.owns_group}};
  return WriteFileAtomically(state_directory + "/state.json",
                             json.dump(-1, ' ', false, Json::error_handler_t::replace), 0600);
}

Result<Container> LoadContainer(const std::string& root, const std::string& id) {
  RETURN_IF_ERROR(CheckId(id));
  auto text = ReadFile(root + "/" + id + "/state.json");
  if (!text.has_value()) {
    if (text.error().number == ENOENT)
      return Failure("container \"" + id + "\" does not exist", "list shows those that do");
    return std::move(text).error();
  }
  try {
    return FromJson(Json::parse(*text));
  } catch (const Json::exception& problem) {
    return Failure("the saved state of \"" + id + "\" cannot be read: " + problem.what(),
                   "delete --force removes it");
  }
}

std::vector<Container> ListContainers(const std::string& root) {
  std::vector<Container> containers;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(root.c_str()), closedir);
  if (!directory) return containers;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    if (auto container = LoadContainer(root, entry->d_name); container.has_value())
      containers.push_back(*container);
  }
  std::sort(containers.begin(), containers.end(),
            [](const Container& a, const Container& b) { return a.id < b.id; });
  return containers;
}

Result<UniqueFd> OpenProcess(const Container& container) {
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, container.pid, 0)));
  // Opened first and compared then, so that the descriptor is of the process that was compared.
  if (!pidfd || StartTime(container.pid) != container.start_time)
    return Failure("container \"" + container.id + "\" is not running");
  return pidfd;
}

}  // namespace loadline::runtime
