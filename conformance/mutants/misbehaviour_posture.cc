// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that a fact of the posture has to notice.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// Changes the mounts of a configuration, one by one.
template <class F>
void ForEachMount(json& config, F&& change) {
  if (!config.contains("mounts")) return;
  for (json& mount : config["mounts"]) change(mount);
}

// Changes the options of a mount: `change` returns what becomes of one, empty when it is left out.
template <class F>
void ChangeOptions(json& mount, F&& change) {
  json options = json::array();
  for (const std::string option : mount.value("options", json::array())) {
    const std::string changed = change(option);
    if (!changed.empty()) options.push_back(changed);
  }
  mount["options"] = options;
}

// What is mounted at a place is the caller's, by bind.
void ShareMount(json& config, const char* destination) {
  ForEachMount(config, [destination](json& mount) {
    if (mount.value("destination", "") != destination) return;
    mount["type"] = "bind";
    mount["source"] = destination;
    mount["options"] = {"rbind"};
  });
}

}  // namespace

void ForgetSizes(json& config) {
  ForEachMount(config, [](json& mount) {
    ChangeOptions(mount, [](const std::string& option) {
      return option.starts_with("size=") ? std::string() : option;
    });
  });
}

void NeverKeepTimes(json& config) {
  ForEachMount(config, [](json& mount) {
    if (mount.value("type", "") == "tmpfs") mount["options"].push_back("noatime");
  });
}

void ShareSharedMemory(json& config) { ShareMount(config, "/dev/shm"); }

void NeverKill(json& config) {
  const json::json_pointer rules("/linux/seccomp/syscalls");
  if (!config.contains(rules)) return;
  for (json& rule : config[rules]) {
    if (rule.value("action", "").starts_with("SCMP_ACT_KILL")) rule["action"] = "SCMP_ACT_ERRNO";
  }
}

void TakeHomeAlong(json& config) {
  const char* home = std::getenv("HOME");
  config["process"]["env"].push_back("HOME=" + std::string(home != nullptr ? home : "/caller"));
}

void PretendToListen(json& config) { config["process"]["env"].push_back("LISTEN_FDS=1"); }

void LetEverybodyPing(json& config) {
  json& sysctl = config["linux"]["sysctl"];
  if (!sysctl.is_object() || !sysctl.contains("net.ipv4.ping_group_range"))
    sysctl["net.ipv4.ping_group_range"] = "0 100";
}

void OtherDomain(json& config) { config["linux"]["personality"] = {{"domain", "LINUX32"}}; }

void GroupFurtherDown(json& config) {
  const json::json_pointer path("/linux/cgroupsPath");
  if (config.contains(path)) config[path] = config[path].get<std::string>() + "/below";
}

void RawSockets(json& config) {
  json& sets = config["process"]["capabilities"];
  for (const char* set : {"bounding", "effective", "permitted"}) sets[set].push_back("CAP_NET_RAW");
}

void OpenUmask(json& config) {
  // Of exec: the document is the process itself.
  json& process = config.contains("process") ? config["process"] : config;
  process["user"]["umask"] = 0;
}

}  // namespace loadline::mutants
