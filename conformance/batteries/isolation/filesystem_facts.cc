// SPDX-License-Identifier: Apache-2.0
// Mounts, devices, and paths that are covered or read-only.
#include <algorithm>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr const char* kFlags[] = {"ro", "nosuid", "nodev", "noexec"};

std::vector<std::string> List(const Circumstances& c, const char* pointer) {
  const json list = At(c.config, pointer);
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

// One value per configured mount, by destination.
template <class F>
json PerMount(const Circumstances& c, F&& value) {
  json values = json::object();
  for (const json& mount : At(c.config, "/mounts"))
    values[mount.at("destination").get<std::string>()] = value(mount);
  return values;
}

json MountAt(const Circumstances& c, const json& mount) {
  const json mounts = At(c.probe, "/mounts");
  return mounts.is_object() ? mounts.value(mount.at("destination").get<std::string>(), json())
                            : json();
}

json FlagsAmong(const json& words) {
  json flags = json::array();
  for (const char* flag : kFlags) {
    if (std::find(words.begin(), words.end(), flag) != words.end()) flags.push_back(flag);
  }
  return flags;
}

json SeenAt(const Circumstances& c, const std::string& path) {
  const json paths = At(c.probe, "/paths");
  return paths.is_object() ? paths.value(path, json::object()) : json::object();
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

// Whether nothing of what lies at a path can be read.
bool Covered(const json& seen) {
  if (seen.value("type", "") == "directory") return seen.value("entries", json::array()).empty();
  return seen.value("content", "").empty();
}

bool HasNamespace(const Circumstances& c, const char* type) {
  const json namespaces = At(c.config, "/linux/namespaces");
  return std::any_of(namespaces.begin(), namespaces.end(),
                     [&](const json& entry) { return entry.value("type", "") == type; });
}

// In a user namespace that shares the caller's network /sys is the caller's, and the kernel lets
// nobody there take off what is mounted below it.
std::vector<std::string> InevitableMounts(const Circumstances& c) {
  std::vector<std::string> paths;
  if (!HasNamespace(c, "user") || HasNamespace(c, "network")) return paths;
  const json mounts = At(c.native, "/mounts");
  for (const auto& mount : mounts.items()) {
    if (mount.key().starts_with("/sys/")) paths.push_back(mount.key());
  }
  return paths;
}

json DeviceOf(const Circumstances& c, const char* name) {
  const json seen = SeenAt(c, "/dev/" + std::string(name));
  if (seen.value("type", "") != "character") return "no device";
  return {seen.value("major", 0), seen.value("minor", 0), seen.value("mode", "")};
}

json LinkOf(const Circumstances& c, const char* name) {
  return SeenAt(c, "/dev/" + std::string(name)).value("target", json("no link"));
}

}  // namespace

std::vector<Fact> FilesystemFacts() {
  return {
      {"mount-types", "each mount has the file system of the configuration",
       [](const Circumstances& c) {
         return PerMount(c, [](const json& mount) { return mount.value("type", json()); });
       },
       [](const Circumstances& c) {
         if (At(c.probe, "/mounts").is_null()) return json();
         return PerMount(c, [&](const json& mount) {
           const json there = MountAt(c, mount);
           return there.is_object() ? there["fstype"] : json("not mounted");
         });
       }},
      {"mount-flags", "each mount has the flags ro, nosuid, nodev and noexec as configured",
       [](const Circumstances& c) {
         return PerMount(c, [](const json& mount) {
           return FlagsAmong(mount.value("options", json::array()));
         });
       },
       [](const Circumstances& c) {
         if (At(c.probe, "/mounts").is_null()) return json();
         return PerMount(c, [&](const json& mount) {
           const json there = MountAt(c, mount);
           return there.is_object() ? FlagsAmong(there["flags"]) : json("not mounted");
         });
       }},
      {"no-other-mounts", "nothing is mounted but what the configuration says",
       [](const Circumstances& c) {
         json allowed = {"/"};
         for (const json& mount : At(c.config, "/mounts")) allowed.push_back(mount["destination"]);
         for (const char* list : {"/linux/maskedPaths", "/linux/readonlyPaths"}) {
           for (const std::string& path : List(c, list)) allowed.push_back(path);
         }
         for (const char* device : {"null", "zero", "full", "random", "urandom", "tty"})
           allowed.push_back("/dev/" + std::string(device));  // by bind in a user namespace
         for (const std::string& path : InevitableMounts(c)) allowed.push_back(path);
         return allowed;
       },
       [](const Circumstances& c) {
         const json mounts = At(c.probe, "/mounts");
         if (mounts.is_null()) return json();
         json destinations = json::array();
         for (const auto& mount : mounts.items()) destinations.push_back(mount.key());
         return destinations;
       },
       Match::kAtMost},
      {"root-readonly", "the root is read-only if and only if the configuration says so",
       [](const Circumstances& c) {
         const json readonly = At(c.config, "/root/readonly");
         return readonly.is_null() ? json(false) : readonly;
       },
       [](const Circumstances& c) { return At(c.probe, "/root/readonly"); }},
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
         const json answer = SeenAt(c, "/proc/sys/kernel/core_pattern").value("write", json());
         return answer.is_null() ? json() : json(answer != "ok");
       }},
      {"sysctl-values", "each sysctl has the value of the configuration",
       [](const Circumstances& c) { return At(c.config, "/linux/sysctl"); },
       [](const Circumstances& c) {
         json values = json::object();
         const json wanted = At(c.config, "/linux/sysctl");
         for (const auto& sysctl : wanted.items())
           values[sysctl.key()] = At(c.probe, "/sysctls").value(sysctl.key(), json());
         return values;
       }},
      {"sysctls-outside", "no sysctl outside was changed",
       [](const Circumstances& c) {
         return At(c.config, "/linux/sysctl").is_null() ? json() : At(c.more, "/sysctlsBefore");
       },
       [](const Circumstances& c) { return At(c.more, "/sysctlsAfterwards"); }},
      {"default-devices", "the default devices are there, with their numbers and modes",
       [](const Circumstances&) {
         return json{{"null", {1, 3, "0666"}},    {"zero", {1, 5, "0666"}},
                     {"full", {1, 7, "0666"}},    {"random", {1, 8, "0666"}},
                     {"urandom", {1, 9, "0666"}}, {"tty", {5, 0, "0666"}}};
       },
       [](const Circumstances& c) {
         json devices = json::object();
         for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"})
           devices[name] = DeviceOf(c, name);
         return devices;
       }},
      {"device-links", "the links of /dev lead to the process's own descriptors",
       [](const Circumstances&) {
         return json{{"fd", "/proc/self/fd"},
                     {"stdin", "/proc/self/fd/0"},
                     {"stdout", "/proc/self/fd/1"},
                     {"stderr", "/proc/self/fd/2"}};
       },
       [](const Circumstances& c) {
         json links = json::object();
         for (const char* name : {"fd", "stdin", "stdout", "stderr"}) links[name] = LinkOf(c, name);
         return links;
       }},
      {"no-other-devices", "/dev holds nothing but the defaults and what is mounted there",
       [](const Circumstances&) {
         return json{"console", "core", "fd",     "full",  "mqueue", "null", "ptmx",    "pts",
                     "random",  "shm",  "stderr", "stdin", "stdout", "tty",  "urandom", "zero"};
       },
       [](const Circumstances& c) { return At(c.probe, "/devices"); }, Match::kAtMost},
  };
}

}  // namespace loadline::conformance::isolation
