// SPDX-License-Identifier: Apache-2.0
// linux of config.json (oci-runtime/config-linux).
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "reference-runtime/config_sections.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/config_values.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

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

}  // namespace

std::vector<IdMapping> ReadMappings(const Json& list) {
  std::vector<IdMapping> mappings;
  for (const Json& entry : list)
    mappings.push_back({Need<uint32_t>(entry, "containerID"), Need<uint32_t>(entry, "hostID"),
                        Need<uint32_t>(entry, "size")});
  return mappings;
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
  // oci-runtime/config-linux/personality/flags-none
  if (!Child(Child(section, "personality"), "flags").empty())
    throw Unsupported{"/linux/personality/flags has flags, and none is known", "remove them"};
  ReadHostProperties(section, spec);
  return spec;
}

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
  if (!spec.net_devices.empty() && !spec.Has(CLONE_NEWNET))
    throw Unsupported{"netDevices need a network namespace of the container's",
                      "add {\"type\": \"network\"} to /linux/namespaces"};
  if (!spec.Has(CLONE_NEWNS) && (!config.mounts.empty() || config.root_readonly ||
                                 !spec.masked_paths.empty() || !spec.readonly_paths.empty())) {
    throw Unsupported{"mounts, masked and read-only paths need a mount namespace",
                      "add {\"type\": \"mount\"} to /linux/namespaces"};
  }
}

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

}  // namespace loadline::runtime
