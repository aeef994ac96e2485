// SPDX-License-Identifier: Apache-2.0
// The root, paths that are covered or read-only, and settings of the kernel.
#include <algorithm>
#include <sstream>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

std::vector<std::string> List(const Circumstances& c, const char* pointer) {
  const json list = At(c.config, pointer);
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

// What is seen of each path of a list; paths that are not there need no protection.
template <class F>
json PerPath(const Circumstances& c, const char* pointer, F&& value) {
  json values = json::object();
  for (const std::string& path : List(c, pointer)) {
    const json seen = SeenAt(c, path);
    if (seen.value("exists", false)) values[path] = value(seen);
  }
  return values;
}

// "rslave" settles the same as "slave", of more mounts.
json WithoutR(const json& propagation) {
  if (!propagation.is_string()) return nullptr;
  const auto& word = propagation.get_ref<const std::string&>();
  return word.starts_with('r') ? word.substr(1) : word;
}

// Whether nothing of what lies at a path can be read.
bool Covered(const json& seen) {
  if (seen.value("type", "") == "directory") return seen.value("entries", json::array()).empty();
  return seen.value("content", "").empty();
}

// The namespace that a sysctl belongs to.
const char* NamespaceOf(const std::string& sysctl) {
  if (sysctl.starts_with("net.")) return "network";
  return sysctl == "kernel.hostname" || sysctl == "kernel.domainname" ? "uts" : "ipc";
}

// Values outside of the configured sysctls that belong to namespaces of the container's own. Null
// when there are none.
json OwnSysctls(const Circumstances& c, const char* moment) {
  json values;
  const json configured = At(c.config, "/linux/sysctl");
  const json seen = At(c.more, moment);
  for (const auto& sysctl : configured.items()) {
    if (HasNamespace(c, NamespaceOf(sysctl.key())))
      values[sysctl.key()] = seen.value(sysctl.key(), json());
  }
  return values;
}

json PingGroups(const json& seen) { return At(seen, "/sysctls/net.ipv4.ping_group_range"); }

// The kernel writes tabs where people write spaces. Null when there is no text.
json WithSpaces(const json& value) {
  if (!value.is_string() || value == "") return nullptr;
  std::istringstream words(value.get<std::string>());
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

json SysctlValues(const Circumstances& c, bool expected) {
  json values;
  const json wanted = At(c.config, "/linux/sysctl");
  for (const auto& sysctl : wanted.items()) {
    const json seen = At(c.probe, "/sysctls").value(sysctl.key(), json());
    values[sysctl.key()] = WithSpaces(expected ? sysctl.value() : seen);
  }
  return values;
}

}  // namespace

std::vector<Fact> FilesystemFacts() {
  return {
      {"root-readonly", "the root is read-only if and only if the configuration says so",
       [](const Circumstances& c) {
         const json readonly = At(c.config, "/root/readonly");
         return readonly.is_null() ? json(false) : readonly;
       },
       [](const Circumstances& c) { return At(c.probe, "/root/readonly"); }},
      {"root-identity", "the root is the root filesystem of the bundle",
       [](const Circumstances& c) { return At(c.more, "/rootOutside"); },
       [](const Circumstances& c) {
         const json filesystem = At(c.probe, "/root/filesystem");
         return filesystem.is_null() ? json() : json{filesystem, At(c.probe, "/root/inode")};
       }},
      {"one-mount-tree", "there is one tree of mounts, and nothing above its root",
       [](const Circumstances&) {
         return json{{"roots", 1}, {"atRoot", 1}, {"nothingAbove", true}};
       },
       [](const Circumstances& c) {
         json tree = At(c.probe, "/mountTree");
         if (!tree.is_null()) tree["nothingAbove"] = At(c.probe, "/root/nothingAbove");
         return tree;
       }},
      {"root-propagation", "mounts spread from and to the root as the configuration says",
       [](const Circumstances& c) { return WithoutR(At(c.config, "/linux/rootfsPropagation")); },
       [](const Circumstances& c) {
         const json wanted = WithoutR(At(c.config, "/linux/rootfsPropagation"));
         const json seen = At(c.probe, "/root/propagation");
         if (seen.is_null() || wanted != "slave") return seen;
         // Of a mount that is not shared outside nobody is the slave.
         return json(seen == "private" ? "slave" : seen);
       }},
      {"root-not-shared", "mounts in the container are not seen outside",
       [](const Circumstances& c) {
         return At(c.config, "/linux/rootfsPropagation").is_null() ? json(true) : json();
       },
       [](const Circumstances& c) {
         const json propagation = At(c.probe, "/root/propagation");
         if (propagation.is_null()) return json();
         return json(propagation.get<std::string>().find("shared") == std::string::npos);
       }},
      {"outside-is-gone", "no path of the outside can be reached from the root",
       [](const Circumstances&) { return json(false); },
       [](const Circumstances& c) {
         return SeenAt(c, At(c.more, "/outside")).value("exists", json());
       }},
      {"masked-paths", "nothing can be read of a masked path",
       [](const Circumstances& c) {
         return PerPath(c, "/linux/maskedPaths", [](const json&) { return json(true); });
       },
       [](const Circumstances& c) {
         return PerPath(c, "/linux/maskedPaths",
                        [](const json& seen) { return json(Covered(seen)); });
       }},
      {"readonly-paths", "nothing can be written at a read-only path",
       [](const Circumstances& c) {
         return PerPath(c, "/linux/readonlyPaths", [](const json&) { return json(true); });
       },
       [](const Circumstances& c) {
         return PerPath(c, "/linux/readonlyPaths",
                        [](const json& seen) { return json(seen.value("write", "") != "ok"); });
       }},
      {"kernel-settings", "the kernel's settings below a read-only /proc/sys cannot be written",
       [](const Circumstances& c) {
         const auto paths = List(c, "/linux/readonlyPaths");
         const bool all = std::find(paths.begin(), paths.end(), "/proc/sys") != paths.end();
         return all ? json(true) : json();
       },
       [](const Circumstances& c) {
         // Through any of these a program of the container's would be run by the kernel outside.
         json visible;
         for (const char* name : {"core_pattern", "modprobe", "hotplug"}) {
           const json seen = SeenAt(c, "/proc/sys/kernel/" + std::string(name));
           if (!seen.contains("write")) continue;
           visible = visible.is_null() ? json(true) : visible;
           if (seen["write"] == "ok") visible = false;
         }
         return visible;
       }},
      {"sysctl-values", "each sysctl has the value of the configuration",
       [](const Circumstances& c) { return SysctlValues(c, true); },
       [](const Circumstances& c) { return SysctlValues(c, false); }},
      {"sysctls-outside", "no sysctl outside was changed",
       [](const Circumstances& c) { return OwnSysctls(c, "/sysctlsBefore"); },
       [](const Circumstances& c) { return OwnSysctls(c, "/sysctlsAfterwards"); }},
      {"ping-groups", "nobody gets sockets for pings but by the configuration",
       [](const Circumstances& c) {
         const json configured = At(c.config, "/linux/sysctl/net.ipv4.ping_group_range");
         // Ids that are not mapped are not shown as they are.
         if (configured.is_null() && HasNamespace(c, "user")) return json();
         return WithSpaces(configured.is_null() ? PingGroups(c.native) : configured);
       },
       [](const Circumstances& c) { return WithSpaces(PingGroups(c.probe)); }},
  };
}

}  // namespace loadline::conformance::isolation
