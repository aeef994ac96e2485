// SPDX-License-Identifier: Apache-2.0
// Misbehaviour of a runtime that follows a part of its config.json, or mixes up two parts.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// Lets `change` have the value at the pointer, when there is one.
template <class F>
void At(json& config, const char* pointer, F&& change) {
  const json::json_pointer place(pointer);
  if (config.contains(place)) change(config[place]);
}

template <class F>
void ForEachAt(json& config, const char* pointer, F&& change) {
  At(config, pointer, [&](json& list) {
    if (!list.is_array() && !list.is_object()) return;
    for (json& element : list) change(element);
  });
}

void KeepFirst(json& list) {
  if (list.is_array() && list.size() > 1) list.erase(list.begin() + 1, list.end());
}

void LoseLast(json& list) {
  if (list.is_array() && !list.empty()) list.erase(list.size() - 1);
}

void ForgetNamespace(json& config, const char* type) {
  At(config, "/linux/namespaces", [&](json& namespaces) {
    if (!namespaces.is_array()) return;
    std::erase_if(namespaces.get_ref<json::array_t&>(),
                  [&](const json& entry) { return entry.value("type", "") == type; });
  });
}

// Appends what is at one place to what is at the other, and empties the first.
void Move(json& config, const char* from, const char* to) {
  At(config, from, [&](json& list) {
    const json moved = std::exchange(list, json::array());
    for (const json& element : moved) config[json::json_pointer(to)].push_back(element);
  });
}

}  // namespace

void LoseArgument(json& config) { At(config, "/process/args", LoseLast); }

void AllCapabilities(json& config) {
  for (const char* set : {"bounding", "effective", "permitted", "inheritable"}) {
    json& all = config["process"]["capabilities"][set] = json::array();
    for (const char* name : {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID",
                             "SETUID", "SETPCAP", "NET_ADMIN", "NET_RAW", "SYS_CHROOT",
                             "SYS_PTRACE", "SYS_ADMIN", "MKNOD", "AUDIT_WRITE", "SETFCAP"})
      all.push_back(std::string("CAP_") + name);
  }
}

void OpenDeviceModes(json& config) {
  ForEachAt(config, "/linux/devices", [](json& device) { device["fileMode"] = 0666; });
}

void FirstEntryAlone(json& config) { At(config, "/linux/seccomp/syscalls", KeepFirst); }
void FirstGroupAlone(json& config) { At(config, "/process/user/additionalGids", KeepFirst); }

void AddHookEnvironment(json& config) {
  ForEachAt(config, "/hooks", [](json& hooks) {
    for (json& hook : hooks) hook["env"].push_back("LOADLINE_MUTANT=1");
  });
}

void ForgetLastHook(json& config) { ForEachAt(config, "/hooks", LoseLast); }

void ForgetBinds(json& config) {
  At(config, "/mounts", [](json& mounts) {
    if (!mounts.is_array()) return;
    std::erase_if(mounts.get_ref<json::array_t&>(), [](const json& mount) {
      const json options = mount.value("options", json::array());
      return std::any_of(options.begin(), options.end(),
                         [](const json& option) { return option == "bind" || option == "rbind"; });
    });
  });
}

void BindAlone(json& config) {
  ForEachAt(config, "/mounts", [](json& mount) {
    for (json& option : mount["options"])
      if (option == "rbind") option = "bind";
  });
}

void ReverseOptions(json& config) {
  ForEachAt(config, "/mounts", [](json& mount) {
    At(mount, "/options", [](json& options) { std::reverse(options.begin(), options.end()); });
  });
}

void MasksAreReadOnly(json& config) { Move(config, "/linux/maskedPaths", "/linux/readonlyPaths"); }
void ReadOnlyIsMask(json& config) { Move(config, "/linux/readonlyPaths", "/linux/maskedPaths"); }

void SoftLimitIsHard(json& config) {
  ForEachAt(config, "/process/rlimits",
            [](json& limit) { limit["soft"] = limit.value("hard", json(0)); });
}

void ShareNames(json& config) {
  ForgetNamespace(config, "uts");
  config.erase("hostname");
  config.erase("domainname");
}

void ShareUsers(json& config) {
  ForgetNamespace(config, "user");
  for (const char* mappings : {"uidMappings", "gidMappings"}) config["linux"].erase(mappings);
}

void RunAsRoot(json& config) { config["process"]["user"] = {{"uid", 0}, {"gid", 0}}; }

}  // namespace loadline::mutants
