// SPDX-License-Identifier: Apache-2.0
// /dev: the devices that are always there, those of the configuration, terminals and shared memory.
#include "conformance/batteries/isolation/mount_options.h"
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr unsigned kSlaveTerminals = 136;  // the major number

json DeviceOf(const Circumstances& c, const std::string& name) {
  const json seen = SeenAt(c, "/dev/" + name);
  if (seen.value("type", "") != "character") return "no device";
  return {seen.value("major", 0), seen.value("minor", 0), seen.value("mode", "")};
}

json LinkOf(const Circumstances& c, const char* name) {
  return SeenAt(c, "/dev/" + std::string(name)).value("target", json("no link"));
}

// The configured mount of a type at a place; null when there is none.
json MountOf(const Circumstances& c, const char* type, const char* destination) {
  for (const json& mount : At(c.config, "/mounts")) {
    if (mount.value("type", "") == type && DestinationOf(mount) == destination && !IsBind(mount))
      return mount;
  }
  return nullptr;
}

// Whether a path lies on another filesystem than the caller's of that name.
json InstanceAt(const Circumstances& c, const std::string& path) {
  const json inside = SeenAt(c, path).value("filesystem", json());
  if (inside.is_null()) return nullptr;
  const json outside = c.native.value(json::json_pointer("/paths") / path / "filesystem", json());
  return inside == outside ? "the caller's" : "its own";
}

json ModeOfShared(const json& mount) {
  for (const json& option : mount.value("options", json::array())) {
    const auto& text = option.get_ref<const std::string&>();
    if (text.starts_with("mode=")) return ("0000" + text.substr(5)).substr(text.size() - 5);
  }
  return "1777";
}

// What is mounted or made in /dev by the configuration, by the name that shows there.
void AddConfigured(const Circumstances& c, json& names) {
  const auto add = [&names](const std::string& path) {
    constexpr std::string_view kDev = "/dev/";
    if (path.starts_with(kDev))
      names.push_back(path.substr(kDev.size(), path.find('/', kDev.size()) - kDev.size()));
  };
  for (const json& mount : At(c.config, "/mounts")) add(mount.value("destination", ""));
  for (const json& device : At(c.config, "/linux/devices")) add(device.value("path", ""));
}

}  // namespace

std::vector<Fact> DeviceFacts() {
  return {
      {"default-devices", "the default devices are there, with their numbers and modes",
       [](const Circumstances& c) {
         json devices = {{"null", {1, 3, "0666"}},    {"zero", {1, 5, "0666"}},
                         {"full", {1, 7, "0666"}},    {"random", {1, 8, "0666"}},
                         {"urandom", {1, 9, "0666"}}, {"tty", {5, 0, "0666"}}};
         for (const json& device : At(c.config, "/linux/devices")) {
           const std::string path = device.value("path", "");
           if (path.starts_with("/dev/")) devices.erase(path.substr(5));
         }
         return devices;
       },
       [](const Circumstances& c) {
         if (At(c.probe, "/paths").is_null()) return json();
         json devices = json::object();
         for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"})
           devices[name] = DeviceOf(c, name);
         for (const json& device : At(c.config, "/linux/devices")) {
           const std::string path = device.value("path", "");
           if (path.starts_with("/dev/")) devices.erase(path.substr(5));
         }
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
       [](const Circumstances& c) {
         json names = {"console", "core", "fd",     "full",  "mqueue", "null", "ptmx",    "pts",
                       "random",  "shm",  "stderr", "stdin", "stdout", "tty",  "urandom", "zero"};
         AddConfigured(c, names);
         return names;
       },
       [](const Circumstances& c) { return At(c.probe, "/devices"); }, Match::kAtMost},
      {"terminal-instance", "the terminals of the container are not the caller's",
       [](const Circumstances& c) {
         return MountOf(c, "devpts", "/dev/pts").is_null() ? json() : json("its own");
       },
       [](const Circumstances& c) { return InstanceAt(c, "/dev/pts"); }},
      {"terminal-multiplexer", "new terminals are those of the container's own instance",
       [](const Circumstances& c) {
         return MountOf(c, "devpts", "/dev/pts").is_null() ? json() : json("its own");
       },
       [](const Circumstances& c) {
         const json seen = SeenAt(c, "/dev/ptmx");
         const json target = seen.value("target", json());
         if (!seen.value("exists", false)) return json();
         if (target == "pts/ptmx" || target == "/dev/pts/ptmx") return json("its own");
         const bool bound = seen["filesystem"] == SeenAt(c, "/dev/pts").value("filesystem", json());
         return json(bound ? "its own" : "another");
       }},
      {"console", "the console is a terminal of the container's own instance",
       [](const Circumstances& c) {
         if (At(c.config, "/process/terminal") != true || c.exec) return json();
         return MountOf(c, "devpts", "/dev/pts").is_null() ? json() : json("its own");
       },
       [](const Circumstances& c) {
         const json seen = SeenAt(c, "/dev/console");
         if (seen.value("type", "") != "character" || seen["major"] != kSlaveTerminals)
           return json("no terminal");
         const bool own = seen["filesystem"] == SeenAt(c, "/dev/pts").value("filesystem", json());
         return json(own ? "its own" : "another");
       },
       Match::kExact, Whose::kInit},
      {"shared-memory-directory", "/dev/shm is the container's own, and has the configured mode",
       [](const Circumstances& c) {
         const json mount = MountOf(c, "tmpfs", "/dev/shm");
         return mount.is_null() ? json() : json{"its own", ModeOfShared(mount)};
       },
       [](const Circumstances& c) {
         const json instance = InstanceAt(c, "/dev/shm");
         return instance.is_null() ? json() : json{instance, SeenAt(c, "/dev/shm")["mode"]};
       }},
  };
}

}  // namespace loadline::conformance::isolation
