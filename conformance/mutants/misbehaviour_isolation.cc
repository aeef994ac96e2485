// SPDX-License-Identifier: Apache-2.0
// Isolation that is less than asked for, brought about by a changed config.json.
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

constexpr size_t kMostMounts = 500;
constexpr size_t kMostBytes = 4096;
constexpr uint64_t kSigned = uint64_t{1} << 31;

// What is kept of the list at a place, where there is one.
template <class F>
void KeepWhere(json& config, const char* place, F&& keep) {
  const json::json_pointer pointer(place);
  if (!config.contains(pointer) || !config[pointer].is_array()) return;
  json kept = json::array();
  for (const json& one : config[pointer]) {
    if (keep(one)) kept.push_back(one);
  }
  config[pointer] = std::move(kept);
}

void ForgetNamespace(json& config, const char* type) {
  KeepWhere(config, "/linux/namespaces",
            [type](const json& one) { return one.value("type", "") != type; });
}

// Changes each option of each mount.
template <class F>
void ChangeOptions(json& config, F&& change) {
  if (!config.contains("mounts")) return;
  for (json& mount : config["mounts"]) {
    if (!mount.contains("options")) continue;
    for (json& option : mount["options"]) change(option);
  }
}

bool IsOfNamespace(const std::string& key) {
  for (const char* prefix : {"net.", "kernel.msg", "kernel.shm", "kernel.sem", "fs.mqueue."}) {
    if (key.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

// The directory is where the mutant's own descriptor leads, which its caller left open.
void EnterByDescriptor(json& config) {
  const std::string cwd = config.value(json::json_pointer("/process/cwd"), "");
  char target[PATH_MAX];
  const ssize_t length = readlink(cwd.c_str(), target, sizeof target);
  if (!cwd.starts_with("/proc/self/fd/") || length <= 0) return;
  config["mounts"].push_back({{"destination", "/leaked"},
                              {"type", "none"},
                              {"source", std::string(target, static_cast<size_t>(length))},
                              {"options", {"bind"}}});
  config["process"]["cwd"] = "/leaked";
}

void DropSysctlsOfHost(json& config) {
  const json::json_pointer pointer("/linux/sysctl");
  if (!config.contains(pointer)) return;
  json kept = json::object();
  for (const auto& one : config[pointer].items()) {
    if (IsOfNamespace(one.key())) kept[one.key()] = one.value();
  }
  config[pointer] = std::move(kept);
}

// A value with a second setting in it, as "1+kernel.msgmnb=2", makes both.
void SplitSysctls(json& config) {
  const json::json_pointer pointer("/linux/sysctl");
  if (!config.contains(pointer)) return;
  const json before = config[pointer];
  for (const auto& one : before.items()) {
    const std::string value = one.value();
    const size_t end = value.find_first_of("+\n;");
    const size_t equals = value.find('=', end);
    if (end == std::string::npos || equals == std::string::npos) continue;
    config[pointer][one.key()] = value.substr(0, end);
    config[pointer][value.substr(end + 1, equals - end - 1)] = value.substr(equals + 1);
  }
}

void InheritCapabilities(json& config) {
  json& sets = config["process"]["capabilities"];
  if (sets.contains("bounding")) sets["inheritable"] = sets["bounding"];
}

void KeepPrivileges(json& config) { config["process"]["noNewPrivileges"] = false; }

void WrapIds(json& config) {
  for (const char* id : {"/process/user/uid", "/process/user/gid"}) {
    const json::json_pointer pointer(id);
    if (config.value(pointer, uint64_t{0}) >= kSigned) config[pointer] = 0;
  }
}

void OpenGroups(json& config) {
  if (!config.contains("mounts")) return;
  for (json& mount : config["mounts"]) {
    if (mount.value("type", "") == "cgroup")
      KeepWhere(mount, "/options", [](const json& option) { return option != "ro"; });
  }
}

void AllowAllDevices(json& config) {
  const json::json_pointer pointer("/linux/resources/devices");
  if (config.contains(pointer)) config[pointer] = {{{"allow", true}, {"access", "rwm"}}};
}

// What allows comes after what denies, wherever it stood.
void AllowLast(json& config) {
  const json::json_pointer pointer("/linux/resources/devices");
  if (!config.contains(pointer) || !config[pointer].is_array()) return;
  auto& rules = config[pointer].get_ref<json::array_t&>();
  std::stable_partition(rules.begin(), rules.end(),
                        [](const json& rule) { return !rule.value("allow", false); });
}

void CutMounts(json& config) {
  if (!config.contains("mounts") || !config["mounts"].is_array()) return;
  auto& mounts = config["mounts"].get_ref<json::array_t&>();
  if (mounts.size() > kMostMounts) mounts.resize(kMostMounts);
}

void CutVariables(json& config) {
  for (json& variable : config["process"]["env"]) {
    if (variable.is_string()) variable = variable.get<std::string>().substr(0, kMostBytes);
  }
}

void ShareMounts(json& config) {
  for (const char* option : {"rprivate", "rslave", "runbindable"})
    ChangeOptions(config, [option](json& one) {
      if (one == option) one = "rshared";
    });
  const json::json_pointer pointer("/linux/rootfsPropagation");
  if (config.contains(pointer)) config[pointer] = "shared";
}

void ProtectTopAlone(json& config) {
  ChangeOptions(config, [](json& option) {
    if (option == "rro") option = "ro";
  });
}

void ShareTerminals(json& config) {
  if (!config.contains("mounts")) return;
  for (json& mount : config["mounts"]) {
    if (mount.value("type", "") != "devpts") continue;
    mount["type"] = "none";
    mount["source"] = "/dev/pts";
    mount["options"] = {"bind"};
  }
}

void ShareNetwork(json& config) { ForgetNamespace(config, "network"); }

void JoinNothing(json& config) {
  const json::json_pointer pointer("/linux/namespaces");
  if (!config.contains(pointer)) return;
  for (json& one : config[pointer]) one.erase("path");
}

void KeepEnvironment(json& config) {
  for (char** variable = environ; *variable != nullptr; ++variable)
    config["process"]["env"].push_back(*variable);
}

}  // namespace loadline::mutants
