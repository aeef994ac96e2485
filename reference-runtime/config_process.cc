// SPDX-License-Identifier: Apache-2.0
// process of config.json (oci-runtime/config/process).
#include <linux/capability.h>

#include <nlohmann/json.hpp>

#include "reference-runtime/config_sections.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/config_values.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

uint64_t ReadCapabilitySet(const Json& capabilities, const char* key, Config& config) {
  uint64_t set = 0;
  for (const std::string name : Child(capabilities, key)) {
    if (const auto number = CapabilityNumber(name)) {
      set |= uint64_t{1} << *number;
    } else if (config.DeclaresAtLeast(1, 1, 0)) {
      config.warnings.push_back("the capability " + name + " is not known here and is left out");
    } else {
      throw Unsupported{
          "/process/capabilities/" + std::string(key) + " names the unknown capability " + name,
          "remove it"};
    }
  }
  return set;
}

RlimitSpec ReadRlimit(const Json& entry) {
  const auto type = Need<std::string>(entry, "type");
  for (const NamedNumber& known : kRlimits) {
    if (known.name == type) {
      RlimitSpec spec;
      spec.resource = known.number;
      spec.value.rlim_cur = Need<uint64_t>(entry, "soft");
      spec.value.rlim_max = Need<uint64_t>(entry, "hard");
      return spec;
    }
  }
  // oci-runtime/config/process/rlimits: what cannot be mapped to the kernel's interface is an
  // error.
  throw Unsupported{"/process/rlimits has the unknown type \"" + type + "\"",
                    "use a name of getrlimit(2)"};
}

std::optional<CapabilitySets> ReadCapabilities(const Json& process, Config& config) {
  if (!process.contains("capabilities")) return std::nullopt;
  const Json& sets = process["capabilities"];
  return CapabilitySets{
      ReadCapabilitySet(sets, "bounding", config), ReadCapabilitySet(sets, "effective", config),
      ReadCapabilitySet(sets, "inheritable", config), ReadCapabilitySet(sets, "permitted", config),
      ReadCapabilitySet(sets, "ambient", config)};
}

std::vector<RlimitSpec> ReadRlimits(const Json& list) {
  std::vector<RlimitSpec> rlimits;
  for (const Json& entry : list) {
    rlimits.push_back(ReadRlimit(entry));
    for (size_t i = 0; i + 1 < rlimits.size(); ++i) {
      if (rlimits[i].resource == rlimits.back().resource)
        throw Unsupported{
            "/process/rlimits lists " + entry.at("type").get<std::string>() + " twice",
            "keep one of them"};
    }
  }
  return rlimits;
}

std::optional<std::pair<int, int>> ReadIoPriority(const Json& process) {
  if (!process.contains("ioPriority")) return std::nullopt;
  const Json& priority = process["ioPriority"];
  const auto name = Need<std::string>(priority, "class");
  for (const NamedNumber& known : kIoClasses) {
    if (known.name == name) return std::pair(known.number, Get(priority, "priority", 0));
  }
  throw Unsupported{"/process/ioPriority/class \"" + name + "\" is not known",
                    "use IOPRIO_CLASS_RT, _BE or _IDLE"};
}

UserSpec ReadUser(const Json& user) {
  UserSpec spec;
  spec.uid = Get<uid_t>(user, "uid", 0);
  spec.gid = Get<gid_t>(user, "gid", 0);
  if (user.contains("umask")) spec.umask = As<mode_t>(user["umask"]);
  for (const Json& gid : Child(user, "additionalGids"))
    spec.additional_gids.push_back(As<gid_t>(gid));
  if (spec.uid == static_cast<uid_t>(-1) || spec.gid == static_cast<gid_t>(-1))
    throw Unsupported{"/process/user: 4294967295 is nobody's id", "use a smaller one"};
  return spec;
}

}  // namespace

ProcessSpec ReadProcess(const Json& process, Config& config) {
  ProcessSpec spec;
  spec.terminal = Get(process, "terminal", false);
  if (spec.terminal && process.contains("consoleSize")) {
    const Json& size = process["consoleSize"];
    spec.console_size = {Need<uint16_t>(size, "height"), Need<uint16_t>(size, "width")};
  }
  spec.user = ReadUser(Child(process, "user"));
  spec.args = Get(process, "args", std::vector<std::string>());
  if (spec.args.empty()) throw Unsupported{"/process/args is empty", "name the program to run"};
  spec.environment = Get(process, "env", std::vector<std::string>());
  spec.cwd = Need<std::string>(process, "cwd");
  // oci-runtime/config/process/cwd-absolute
  if (spec.cwd.empty() || spec.cwd[0] != '/')
    throw Unsupported{"/process/cwd \"" + spec.cwd + "\" is not absolute", "begin it with /"};
  spec.capabilities = ReadCapabilities(process, config);
  spec.rlimits = ReadRlimits(Child(process, "rlimits"));
  spec.no_new_privileges = Get(process, "noNewPrivileges", false);
  if (process.contains("oomScoreAdj")) spec.oom_score_adj = As<int>(process["oomScoreAdj"]);
  spec.io_priority = ReadIoPriority(process);
  spec.scheduler = Keep(process, "scheduler");
  spec.apparmor_profile = Get<std::string>(process, "apparmorProfile", "");
  spec.selinux_label = Get<std::string>(process, "selinuxLabel", "");
  const Json& affinity = Child(process, "execCPUAffinity");
  spec.exec_affinity = {ReadNumbers(affinity, "initial", "/process/execCPUAffinity"),
                        ReadNumbers(affinity, "final", "/process/execCPUAffinity")};
  return spec;
}

std::optional<int> CapabilityNumber(const std::string& name) {
  for (int number = 0; number <= CAP_LAST_CAP; ++number) {
    if (name == kCapabilities[number]) return number;
  }
  return std::nullopt;
}

std::vector<std::string> CapabilityNames() {
  return {std::begin(kCapabilities), std::end(kCapabilities)};
}

}  // namespace loadline::runtime
