// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/config.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/config_values.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

const Json& Child(const Json& object, const char* key) {
  static const Json nothing = Json::object();
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nothing : *found;
}

std::shared_ptr<const Json> Keep(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : std::make_shared<Json>(*found);
}

std::vector<IdMapping> ReadMappings(const Json& list) {
  std::vector<IdMapping> mappings;
  for (const Json& entry : list)
    mappings.push_back({Need<uint32_t>(entry, "containerID"), Need<uint32_t>(entry, "hostID"),
                        Need<uint32_t>(entry, "size")});
  return mappings;
}

int NamespaceFlag(const std::string& type) {
  const auto* found = std::find_if(std::begin(kNamespaces), std::end(kNamespaces),
                                   [&](const NamedNumber& entry) { return entry.name == type; });
  if (found == std::end(kNamespaces))
    throw Unsupported{"/linux/namespaces has the unknown type \"" + type + "\"",
                      "use one of the eight types of the standard"};
  return found->number;
}

std::vector<NamespaceSpec> ReadNamespaces(const Json& list) {
  std::vector<NamespaceSpec> namespaces;
  for (const Json& entry : list) {
    const auto type = Need<std::string>(entry, "type");
    NamespaceSpec spec{NamespaceFlag(type), Get<std::string>(entry, "path", "")};
    // oci-runtime/config-linux/namespaces: a second entry of one type is an error.
    for (const NamespaceSpec& earlier : namespaces) {
      if (earlier.flag == spec.flag)
        throw Unsupported{"/linux/namespaces lists " + type + " twice", "keep one of them"};
    }
    if (!spec.path.empty() && spec.path[0] != '/')
      throw Unsupported{"the path of the " + type + " namespace is not absolute",
                        "begin it with /"};
    namespaces.push_back(spec);
  }
  return namespaces;
}

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
  if (process.contains("capabilities")) {
    const Json& sets = process["capabilities"];
    spec.capabilities = CapabilitySets{
        ReadCapabilitySet(sets, "bounding", config), ReadCapabilitySet(sets, "effective", config),
        ReadCapabilitySet(sets, "inheritable", config),
        ReadCapabilitySet(sets, "permitted", config), ReadCapabilitySet(sets, "ambient", config)};
  }
  for (const Json& entry : Child(process, "rlimits")) {
    spec.rlimits.push_back(ReadRlimit(entry));
    for (size_t i = 0; i + 1 < spec.rlimits.size(); ++i) {
      if (spec.rlimits[i].resource == spec.rlimits.back().resource)
        throw Unsupported{
            "/process/rlimits lists " + entry.at("type").get<std::string>() + " twice",
            "keep one of them"};
    }
  }
  spec.no_new_privileges = Get(process, "noNewPrivileges", false);
  if (process.contains("oomScoreAdj")) spec.oom_score_adj = As<int>(process["oomScoreAdj"]);
  if (process.contains("ioPriority")) {
    const Json& priority = process["ioPriority"];
    const auto name = Need<std::string>(priority, "class");
    for (const NamedNumber& known : kIoClasses) {
      if (known.name == name) spec.io_priority = {known.number, Get(priority, "priority", 0)};
    }
    if (!spec.io_priority)
      throw Unsupported{"/process/ioPriority/class \"" + name + "\" is not known",
                        "use IOPRIO_CLASS_RT, _BE or _IDLE"};
  }
  spec.scheduler = Keep(process, "scheduler");
  return spec;
}

std::vector<HookSpec> ReadHooks(const Json& hooks, const char* kind) {
  std::vector<HookSpec> specs;
  for (const Json& entry : Child(hooks, kind)) {
    HookSpec spec{Need<std::string>(entry, "path"),
                  Get(entry, "args", std::vector<std::string>()),
                  Get(entry, "env", std::vector<std::string>()),
                  {}};
    if (spec.path.empty() || spec.path[0] != '/')
      throw Unsupported{"a path in /hooks/" + std::string(kind) + " is not absolute",
                        "begin it with /"};
    if (entry.contains("timeout")) {
      spec.timeout_seconds = As<int>(entry["timeout"]);
      if (*spec.timeout_seconds <= 0)
        throw Unsupported{"a timeout in /hooks/" + std::string(kind) + " is not above zero",
                          "give whole seconds, or leave it out"};
    }
    if (spec.args.empty()) spec.args = {spec.path};
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::vector<DeviceSpec> ReadDevices(const Json& list) {
  std::vector<DeviceSpec> devices;
  for (const Json& entry : list) {
    const auto type = Need<std::string>(entry, "type");
    DeviceSpec spec;
    spec.path = Need<std::string>(entry, "path");
    spec.type = type == "b" ? S_IFBLK : type == "p" ? S_IFIFO : S_IFCHR;
    if (type != "b" && type != "p" && type != "c" && type != "u")
      throw Unsupported{"the device " + spec.path + " has the unknown type \"" + type + "\"",
                        "use c, b, u or p"};
    if (type != "p") {
      spec.major = Need<unsigned>(entry, "major");
      spec.minor = Need<unsigned>(entry, "minor");
    }
    spec.mode = Get<mode_t>(entry, "fileMode", 0666);
    spec.uid = Get<uid_t>(entry, "uid", 0);
    spec.gid = Get<gid_t>(entry, "gid", 0);
    devices.push_back(spec);
  }
  return devices;
}

LinuxSpec ReadLinux(const Json& section) {
  LinuxSpec spec;
  spec.namespaces = ReadNamespaces(Child(section, "namespaces"));
  spec.uid_mappings = ReadMappings(Child(section, "uidMappings"));
  spec.gid_mappings = ReadMappings(Child(section, "gidMappings"));
  for (const auto& [clock, offset] : Child(section, "timeOffsets").items()) {
    spec.time_offsets.push_back(
        {clock, Get<int64_t>(offset, "secs", 0), Get<int64_t>(offset, "nanosecs", 0)});
  }
  spec.devices = ReadDevices(Child(section, "devices"));
  spec.cgroups_path = Get<std::string>(section, "cgroupsPath", "");
  spec.resources = Keep(section, "resources");
  for (const auto& [key, value] : Child(section, "sysctl").items())
    spec.sysctls.emplace_back(key, value.get<std::string>());
  spec.seccomp = Keep(section, "seccomp");
  spec.rootfs_propagation = Get<std::string>(section, "rootfsPropagation", "");
  spec.masked_paths = Get(section, "maskedPaths", std::vector<std::string>());
  spec.readonly_paths = Get(section, "readonlyPaths", std::vector<std::string>());
  spec.personality = Get<std::string>(Child(section, "personality"), "domain", "");
  for (const char* unsupported : {"intelRdt", "netDevices", "memoryPolicy", "mountLabel"}) {
    const auto found = section.find(unsupported);
    if (found != section.end() && !found->is_null() && !found->empty())
      throw Unsupported{"/linux/" + std::string(unsupported) + " is not supported by this runtime",
                        "remove it"};
  }
  return spec;
}

std::vector<MountSpec> ReadMounts(const Json& list) {
  std::vector<MountSpec> mounts;
  for (const Json& entry : list) {
    mounts.push_back(
        {Need<std::string>(entry, "destination"), Get<std::string>(entry, "type", ""),
         Get<std::string>(entry, "source", ""), Get(entry, "options", std::vector<std::string>()),
         ReadMappings(Child(entry, "uidMappings")), ReadMappings(Child(entry, "gidMappings"))});
  }
  return mounts;
}

// The rules between namespaces and the properties that need them.
void CheckNamespaces(const Config& config) {
  const LinuxSpec& spec = config.linux_spec;
  if (!config.hostname.empty() && !spec.Has(CLONE_NEWUTS))
    throw Unsupported{"hostname needs a uts namespace",
                      "add {\"type\": \"uts\"} to /linux/namespaces"};
  if (!config.domainname.empty() && !spec.Has(CLONE_NEWUTS))
    throw Unsupported{"domainname needs a uts namespace",
                      "add {\"type\": \"uts\"} to /linux/namespaces"};
  if ((!spec.uid_mappings.empty() || !spec.gid_mappings.empty()) && !spec.Has(CLONE_NEWUSER))
    throw Unsupported{"id mappings need a user namespace",
                      "add {\"type\": \"user\"} to /linux/namespaces"};
  if (spec.Makes(CLONE_NEWUSER) && (spec.uid_mappings.empty() || spec.gid_mappings.empty()))
    throw Unsupported{"a new user namespace needs uidMappings and gidMappings",
                      "add both to /linux"};
  if (!spec.time_offsets.empty() && !spec.Makes(CLONE_NEWTIME))
    throw Unsupported{"timeOffsets need a new time namespace",
                      "add {\"type\": \"time\"} to /linux/namespaces"};
  if (!spec.Has(CLONE_NEWNS) && (!config.mounts.empty() || config.root_readonly ||
                                 !spec.masked_paths.empty() || !spec.readonly_paths.empty())) {
    throw Unsupported{"mounts, masked and read-only paths need a mount namespace",
                      "add {\"type\": \"mount\"} to /linux/namespaces"};
  }
}

void ReadRoot(const Json& document, const std::string& bundle, Config& config) {
  const Json root = Need<Json>(document, "root");
  config.root_path = Need<std::string>(root, "path");
  if (config.root_path.empty())
    throw Unsupported{"/root/path is empty", "name the directory of the root filesystem"};
  if (config.root_path[0] != '/') config.root_path = bundle + "/" + config.root_path;
  config.root_readonly = Get(root, "readonly", false);
}

Hooks ReadAllHooks(const Json& hooks) {
  return {ReadHooks(hooks, "prestart"),        ReadHooks(hooks, "createRuntime"),
          ReadHooks(hooks, "createContainer"), ReadHooks(hooks, "startContainer"),
          ReadHooks(hooks, "poststart"),       ReadHooks(hooks, "poststop")};
}

Config Read(const Json& document, const std::string& bundle) {
  Config config;
  config.oci_version = Need<std::string>(document, "ociVersion");
  int major = 0;
  if (std::sscanf(config.oci_version.c_str(), "%d.", &major) != 1 || major != 1)
    throw Unsupported{"ociVersion \"" + config.oci_version + "\" is not supported",
                      "this runtime honours versions 1.x"};
  Within("/root", [&] { ReadRoot(document, bundle, config); });
  Within("/mounts", [&] { config.mounts = ReadMounts(Child(document, "mounts")); });
  if (document.contains("process"))
    Within("/process", [&] { config.process = ReadProcess(document["process"], config); });
  config.hostname = Get<std::string>(document, "hostname", "");
  config.domainname = Get<std::string>(document, "domainname", "");
  Within("/hooks", [&] { config.hooks = ReadAllHooks(Child(document, "hooks")); });
  Within("/linux", [&] { config.linux_spec = ReadLinux(Child(document, "linux")); });
  Within("/annotations", [&] {
    for (const auto& [key, value] : Child(document, "annotations").items())
      config.annotations.emplace_back(key, value.get<std::string>());
  });
  CheckNamespaces(config);
  return config;
}

// What `read` returns, or what it throws as an error about `document`.
template <class Read>
auto OrFailure(const std::string& document, Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const Unsupported& problem) {
    return Failure(document + ": " + problem.what, problem.hint);
  } catch (const Json::exception& problem) {
    return Failure(document + ": " + problem.what(), "loadline validate names the place");
  }
}

}  // namespace

const NamespaceSpec* LinuxSpec::Find(int flag) const {
  for (const NamespaceSpec& spec : namespaces) {
    if (spec.flag == flag) return &spec;
  }
  return nullptr;
}

bool LinuxSpec::Makes(int flag) const {
  const NamespaceSpec* spec = Find(flag);
  return spec != nullptr && spec->path.empty();
}

bool Config::DeclaresAtLeast(int major, int minor, int patch) const {
  int own[3] = {0, 0, 0};
  std::sscanf(oci_version.c_str(), "%d.%d.%d", &own[0], &own[1], &own[2]);
  const int wanted[3] = {major, minor, patch};
  return !std::lexicographical_compare(std::begin(own), std::end(own), std::begin(wanted),
                                       std::end(wanted));
}

Result<Config> ReadConfig(const std::string& path, const std::string& bundle) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path, size_t{16} << 20));
  return OrFailure(path, [&] {
    Config config = Read(Json::parse(text), bundle);
    config.text = std::move(text);
    return config;
  });
}

Result<void> ReplaceProcess(const std::string& text, Config& config) {
  ASSIGN_OR_RETURN(ProcessSpec process, OrFailure("the process", [&] {
                     return ReadProcess(Json::parse(text), config);
                   }));
  if (!process.capabilities && config.process) process.capabilities = config.process->capabilities;
  config.process = std::move(process);
  return {};
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
