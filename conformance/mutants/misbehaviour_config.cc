// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that a changed config.json brings about.
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// The member at `path`, when it is there and an array; else null.
json* ArrayAt(json& config, const char* path) {
  const json::json_pointer pointer(path);
  if (!config.contains(pointer)) return nullptr;
  json& found = config[pointer];
  return found.is_array() ? &found : nullptr;
}

// Does something to each list of hooks.
template <class F>
void ForEachHookList(json& config, F&& change) {
  if (!config.contains("hooks") || !config["hooks"].is_object()) return;
  for (auto& list : config["hooks"].items()) {
    if (list.value().is_array()) change(list.key(), list.value());
  }
}

// Puts this program between the runtime and each hook that runs in a place where it can be found:
// all but startContainer, whose paths are those of the container.
void WrapHooks(json& config, const char* manner) {
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
  if (length <= 0) return;
  const std::string program(self, static_cast<size_t>(length));
  ForEachHookList(config, [&](const std::string& kind, json& hooks) {
    if (kind == "startContainer") return;
    for (json& hook : hooks) {
      json arguments = {"loadline-mutant", "--as-hook", manner, "--", hook.value("path", "")};
      const json given = hook.value("args", json::array());
      for (const json& argument : given) arguments.push_back(argument);
      hook["path"] = program;
      hook["args"] = arguments;
    }
  });
}

bool ListsNamespace(json& config, const char* type) {
  const json* namespaces = ArrayAt(config, "/linux/namespaces");
  return namespaces != nullptr &&
         std::any_of(namespaces->begin(), namespaces->end(),
                     [type](const json& one) { return one.value("type", "") == type; });
}

void MoveHooks(json& config, const char* from, const char* to) {
  const std::string base = "/hooks/";
  json* hooks = ArrayAt(config, (base + from).c_str());
  if (hooks == nullptr) return;
  const json moved = *hooks;
  config["hooks"].erase(from);
  for (const json& hook : moved) config["hooks"][to].push_back(hook);
}

}  // namespace

void ReverseHooks(json& config) {
  ForEachHookList(
      config, [](const std::string&, json& hooks) { std::reverse(hooks.begin(), hooks.end()); });
}

void RepeatHooks(json& config) {
  ForEachHookList(config, [](const std::string&, json& hooks) {
    const json once = hooks;
    for (const json& hook : once) hooks.push_back(hook);
  });
}

void DeafHooks(json& config) { WrapHooks(config, "deaf"); }
void HooksNeverFail(json& config) { WrapHooks(config, "never-fail"); }
void HooksSeeHost(json& config) { MoveHooks(config, "createContainer", "createRuntime"); }
void LateHooks(json& config) { MoveHooks(config, "createRuntime", "poststart"); }

// As crun does, which says so in its features.
void ObeyAnnotation(json& config) {
  const json::json_pointer annotation("/annotations/run.oci.delegate-cgroup");
  const json::json_pointer path("/linux/cgroupsPath");
  if (!config.contains(annotation) || !config.contains(path)) return;
  config[path] = config[path].get<std::string>() + "/" + config[annotation].get<std::string>();
}

// A version that nobody knows is refused by everybody.
void Refuse(json& config) { config["ociVersion"] = "9.0.0"; }

void RefuseOlderVersions(json& config) {
  if (config.value("ociVersion", "").starts_with("1.0.")) Refuse(config);
}

void RefuseUnknownProperties(json& config) {
  static constexpr const char* kUnknown = "loadlineUnknown";  // as the cases have it
  const auto has = [](const json& object) { return object.contains(kUnknown); };
  if (has(config) || has(config["process"]) || has(config["linux"])) Refuse(config);
}

void NeedCgroupsPath(json& config) {
  if (!config["linux"].contains("cgroupsPath")) Refuse(config);
}

void InventHostname(json& config) {
  if (!config.contains("hostname") && ListsNamespace(config, "uts"))
    config["hostname"] = "invented";
}

void InventNamespace(json& config) {
  if (!ListsNamespace(config, "uts")) config["linux"]["namespaces"].push_back({{"type", "uts"}});
}

void InventOomScore(json& config) {
  if (!config["process"].contains("oomScoreAdj")) config["process"]["oomScoreAdj"] = 500;
}

void InventMount(json& config) {
  const json& mounts = config["mounts"];
  const bool there = std::any_of(mounts.begin(), mounts.end(), [](const json& mount) {
    return mount.value("destination", "") == "/dev/mqueue";
  });
  if (!there)
    config["mounts"].push_back(
        {{"destination", "/dev/mqueue"}, {"type", "tmpfs"}, {"source", "tmpfs"}});
}

void ProtectRoot(json& config) {
  if (!config["root"].contains("readonly")) config["root"]["readonly"] = true;
}

void HideContents(json& config) {
  config["mounts"].push_back({{"destination", "/srv"}, {"type", "tmpfs"}, {"source", "tmpfs"}});
}

void MaskPtmx(json& config) { config["linux"]["maskedPaths"].push_back("/dev/ptmx"); }

void KeepOomKillerOut(json& config) {
  const json::json_pointer pointer("/linux/resources/memory");
  if (config.contains(pointer) && !config[pointer].contains("disableOOMKiller"))
    config[pointer]["disableOOMKiller"] = true;
}

void StayLocal(json& config) {
  const json::json_pointer policy("/linux/memoryPolicy");
  if (config.contains(policy)) config[policy] = {{"mode", "MPOL_LOCAL"}, {"nodes", ""}};
}

void SetUmask(json& config) {
  json& user = config["process"]["user"];
  if (!user.contains("umask")) user["umask"] = 022;
}

void ReverseMounts(json& config) {
  if (json* mounts = ArrayAt(config, "/mounts")) std::reverse(mounts->begin(), mounts->end());
}

void AddMount(json& config) {
  config["mounts"].push_back({{"destination", "/tmp"}, {"type", "tmpfs"}, {"source", "tmpfs"}});
}

void AddEnvironment(json& config) { config["process"]["env"].push_back("LOADLINE_MUTANT=1"); }
void AddArgument(json& config) { config["process"]["args"].push_back("--mutant"); }

void AddCapability(json& config) {
  for (const char* set : {"bounding", "effective", "permitted"})
    config["process"]["capabilities"][set].push_back("CAP_SYS_CHROOT");
}

void AddGroup(json& config) { config["process"]["user"]["additionalGids"].push_back(54321); }

void ReverseEnvironment(json& config) {
  if (json* variables = ArrayAt(config, "/process/env"))
    std::reverse(variables->begin(), variables->end());
}

void HardLimitIsSoft(json& config) {
  json* limits = ArrayAt(config, "/process/rlimits");
  if (limits == nullptr) return;
  for (json& limit : *limits) limit["hard"] = limit.value("soft", json(0));
}

void AllowAllSystemCalls(json& config) {
  const json::json_pointer pointer("/linux/seccomp");
  if (config.contains(pointer)) config[pointer] = {{"defaultAction", "SCMP_ACT_ALLOW"}};
}

void InventScheduler(json& config) {
  const json::json_pointer pointer("/process/scheduler");
  if (!config.contains(pointer)) return;
  json& scheduler = config[pointer];
  const std::string policy = scheduler.value("policy", "");
  if (policy == "SCHED_DEADLINE") {
    if (!scheduler.contains("runtime")) scheduler["runtime"] = 5000000;
    if (!scheduler.contains("deadline")) scheduler["deadline"] = 50000000;
    if (!scheduler.contains("period")) scheduler["period"] = 200000000;
  } else if (policy == "SCHED_FIFO" || policy == "SCHED_RR") {
    if (!scheduler.contains("priority")) scheduler["priority"] = 1;
  } else if (!scheduler.contains("nice")) {
    scheduler["nice"] = 3;
  }
}

void KeepInitialProcessors(json& config) {
  const json::json_pointer pointer("/process/execCPUAffinity");
  if (config.contains(pointer) && config[pointer].contains("initial") &&
      !config[pointer].contains("final"))
    config[pointer]["final"] = config[pointer]["initial"];
}

}  // namespace loadline::mutants
