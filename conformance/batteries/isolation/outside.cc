// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/outside.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/isolation/posture.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/observe_host.h"
#include "conformance/harness/strict_json.h"
#include "conformance/probe/observe.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kSharedMemoryKey = 0x10ad11e;
// No container has as many processes, so the number is nobody's there.
constexpr const char* kHighPid = "20000";

Result<UniqueFd> ListenAbstractly(const std::string& name) {
  UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listener.get(), 64) != 0)
    return CallError("bind", "an abstract socket");
  return listener;
}

Result<void> MakeQueue(const std::string& name) {
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 16;
  const mqd_t queue =
      mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666, &attributes);
  if (queue < 0) return CallError("mq_open");
  mq_close(queue);
  return {};
}

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

Result<Outside> Outside::Make(const Rig& rig, Native& native) {
  Outside outside;
  outside.name_ = RandomContainerId();
  ASSIGN_OR_RETURN(outside.socket_, ListenAbstractly(outside.name_));
  if (shmget(kSharedMemoryKey, 4096, IPC_CREAT | 0666) < 0) return CallError("shmget");
  RETURN_IF_ERROR(MakeQueue("/" + outside.name_));
  (void)WriteExisting("/proc/sys/kernel/ns_last_pid", kHighPid);
  ASSIGN_OR_RETURN(outside.process_, Native::Start(rig));
  for (const auto& [name, question] : outside.Questions()) {
    ASSIGN_OR_RETURN(const json answer, native.Tell(question));
    RETURN_IF_ERROR(CheckControl(answer.is_object() && answer.size() == 1 && answer.front() == "ok",
                                 name + ": " + answer.dump()));
  }
  return outside;
}

Outside::~Outside() {
  if (!socket_) return;  // it was moved away
  mq_unlink(("/" + name_).c_str());
  const int segment = shmget(kSharedMemoryKey, 0, 0);
  if (segment >= 0) shmctl(segment, IPC_RMID, nullptr);
}

std::vector<std::pair<std::string, json>> Outside::Questions() const {
  return {{"abstractSocket", {{"tell", "connect-abstract"}, {"name", name_}}},
          {"sharedMemory", {{"tell", "find-shared-memory"}, {"key", kSharedMemoryKey}}},
          {"queue", {{"tell", "find-queue"}, {"name", "/" + name_}}},
          {"process", {{"tell", "find-process"}, {"pid", process()}}},
          {"trace", {{"tell", "trace-process"}, {"pid", process()}}}};
}

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
