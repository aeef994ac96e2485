// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/caller.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace loadline::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kBaseGroup = "${cgroup}";  // of the base bundle

// Root is the user, and the ids above are the subordinate ones.
json Mappings() {
  return {{{"containerID", 0}, {"hostID", kUser}, {"size", 1}},
          {{"containerID", 1}, {"hostID", kFirstSubordinate}, {"size", kSubordinates}}};
}

bool IsFixture(const json& entry) {
  const json path = entry.is_object() ? entry.value("path", json()) : json();
  return path.is_string() && path.get_ref<const std::string&>().starts_with("${ns.");
}

bool HasNamespace(const json& linux, const char* type) {
  const json namespaces = linux.value("namespaces", json());
  return std::any_of(namespaces.begin(), namespaces.end(), [type](const json& entry) {
    return entry.is_object() && entry.value("type", json()) == type;
  });
}

// Some filesystems show a namespace, and only its owner may mount them: the cell's are root's.
void AdaptMounts(json& config) {
  const json& linux = config["linux"];
  if (!config.contains("mounts") || !config["mounts"].is_array()) return;
  auto& mounts = config["mounts"].get_ref<json::array_t&>();
  const auto shows = [](const json& mount, const char* type) {
    return mount.is_object() && mount.value("type", json()) == type;
  };
  if (!HasNamespace(linux, "ipc"))
    std::erase_if(mounts, [&](const json& mount) { return shows(mount, "mqueue"); });
  if (HasNamespace(linux, "pid")) return;
  for (json& mount : mounts) {
    if (!shows(mount, "proc")) continue;
    mount["type"] = "none";
    mount["source"] = "/proc";
    mount["options"] = {"rbind"};
  }
}

Result<void> GiveOne(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return CallError("lstat", path);
  const uid_t uid = status.st_uid == 0 ? kUser : static_cast<uid_t>(-1);
  const gid_t gid = status.st_gid == 0 ? kUser : static_cast<gid_t>(-1);
  if (status.st_uid != 0 && status.st_gid != 0) return {};
  // A file of a read-only mount stays root's, as it would on a host.
  if (lchown(path.c_str(), uid, gid) != 0 && errno != EROFS) return CallError("lchown", path);
  return {};
}

}  // namespace

std::optional<std::pair<uint32_t, uint32_t>> IdentityOf(Caller caller) {
  if (!IsRootless(caller)) return std::nullopt;
  return std::pair{kUser, kUser};
}

void AdaptConfig(json& config, Caller caller) {
  if (!IsRootless(caller) || !config.contains("linux") || !config["linux"].is_object()) return;
  json& linux = config["linux"];
  if (caller == Caller::kUser && linux.value("cgroupsPath", json()) == kBaseGroup)
    linux.erase("cgroupsPath");
  json& namespaces = linux["namespaces"];
  if (namespaces.is_null()) namespaces = json::array();
  if (!namespaces.is_array()) return;
  AdaptMounts(config);
  const auto joined = [](const json& entry) {
    return entry.is_object() && entry.value("type", json()) == "user" && entry.contains("path");
  };
  if (std::any_of(namespaces.begin(), namespaces.end(), joined)) return;
  if (!HasNamespace(linux, "user")) {
    json user = {{"type", "user"}};
    if (std::any_of(namespaces.begin(), namespaces.end(), IsFixture))
      user["path"] = std::string("${") + kCallersNamespace + "}";
    namespaces.push_back(std::move(user));
  }
  for (const char* mappings : {"uidMappings", "gidMappings"}) {
    if (!linux.contains(mappings)) linux[mappings] = Mappings();
  }
}

std::string MapOfUser() {
  std::string lines;
  for (const json& mapping : Mappings())
    lines += mapping["containerID"].dump() + " " + mapping["hostID"].dump() + " " +
             mapping["size"].dump() + "\n";
  return lines;
}

Result<void> GiveTree(const std::string& directory, Caller caller) {
  if (!IsRootless(caller)) return {};
  RETURN_IF_ERROR(GiveOne(directory));
  std::error_code error;
  if (!fs::is_directory(directory, error)) return {};
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    RETURN_IF_ERROR(GiveOne(entry->path().string()));
  if (error) return Failure("cannot look through " + directory + ": " + error.message());
  return {};
}

}  // namespace loadline::conformance
