// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/recursion/level.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "conformance/batteries/host_programs.h"

namespace loadline::conformance::recursion {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Ids of the host that the outermost user namespace is made of. Those in it have all that it has:
// who hands on the whole of it gives every level the same files.
constexpr uint32_t kFirstId = 100000;
constexpr uint32_t kIds = 65536;

json Map(uint32_t from) {
  return json::array({{{"containerID", 0}, {"hostID", from}, {"size", kIds}}});
}

// Nothing is masked below /proc: the kernel lets a user namespace mount only what its surroundings
// see the whole of. Control groups are the container's own, to be written. All devices may be made,
// since a level can hand on no more than it has.
json Needed() {
  const json capabilities = {"CAP_AUDIT_WRITE",
                             "CAP_CHOWN",
                             "CAP_DAC_OVERRIDE",
                             "CAP_FOWNER",
                             "CAP_FSETID",
                             "CAP_KILL",
                             "CAP_MKNOD",
                             "CAP_NET_ADMIN",
                             "CAP_NET_RAW",
                             "CAP_SETFCAP",
                             "CAP_NET_BIND_SERVICE",
                             "CAP_SETGID",
                             "CAP_SETPCAP",
                             "CAP_SETUID",
                             "CAP_SYS_ADMIN",
                             "CAP_SYS_CHROOT",
                             "CAP_SYS_PTRACE"};
  return {
      {"process",
       {{"noNewPrivileges", false},
        {"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"mounts",
       {{"/sys/fs/cgroup",
         {{"type", "cgroup"},
          {"source", "cgroup"},
          {"options", {"nosuid", "noexec", "nodev", "relatime"}}}}}},
      {"linux",
       {{"namespaces", {{"cgroup", json::object()}}},
        {"resources", {{"devices", json::array({{{"allow", true}, {"access", "rwm"}}})}}}}}};
}

json BindOf(const std::string& source) {
  return {{"type", "bind"}, {"source", source}, {"options", {"bind", "ro", "nosuid", "nodev"}}};
}

}  // namespace

json ConfigOfFirst(const std::string& programs, bool users) {
  json config = Needed();
  config["mounts"].update(MountsOfHostPrograms());
  config["mounts"][kPrograms] = BindOf(programs);
  if (users) {
    config["linux"]["namespaces"]["user"] = json::object();
    config["linux"]["uidMappings"] = Map(kFirstId);
    config["linux"]["gidMappings"] = Map(kFirstId);
  }
  return config;
}

json ConfigOfDeeper(json first, const std::string& id, bool users) {
  for (json& mount : first["mounts"]) {
    if (mount.value("destination", "") == kPrograms) mount["source"] = kPrograms;
  }
  json& part = first["linux"];
  if (!users) {
    part["cgroupsPath"] = "/" + id;
    return first;
  }
  part["uidMappings"] = Map(0);
  part["gidMappings"] = Map(0);
  // The groups of v1 belong to root of the host, who hands none on.
  part.erase("cgroupsPath");
  part.erase("resources");
  return first;
}

Result<void> FurnishRootfs(const std::string& rootfs) {
  RETURN_IF_ERROR(PrepareForHostPrograms(rootfs));
  // Some runtimes take it for granted that there is a /run.
  for (const char* name : {kPrograms, kState, "/run"}) {
    if (mkdir((rootfs + name).c_str(), 0755) != 0) return CallError("mkdir", rootfs + name);
  }
  return {};
}

Result<void> GiveToMappedRoot(const std::string& directory) {
  if (lchown(directory.c_str(), kFirstId, kFirstId) != 0) return CallError("lchown", directory);
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (lchown(entry->path().c_str(), kFirstId, kFirstId) != 0)
      return CallError("lchown", entry->path());
  }
  if (error) return Failure(directory + ": " + error.message());
  return {};
}

}  // namespace loadline::conformance::recursion
