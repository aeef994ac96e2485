// SPDX-License-Identifier: Apache-2.0
// Mounts: that those of the configuration are there, as it says, and no others.
#include "conformance/batteries/isolation/mount_options.h"
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr const char* kNotMounted = "not mounted";

json MountAt(const Circumstances& c, const std::string& destination) {
  const json mounts = At(c.probe, "/mounts");
  return mounts.is_object() ? mounts.value(destination, json()) : json();
}

// What is seen of a mount. Control groups of v1 are one mount for each hierarchy, in a tmpfs whose
// own flags protect nothing: what holds for all hierarchies counts.
json LineOf(const Circumstances& c, const json& mount) {
  json line = MountAt(c, DestinationOf(mount));
  if (!line.is_object() || mount.value("type", "") != "cgroup") return line;
  const json mounts = At(c.probe, "/mounts");
  json common;
  for (const auto& below : mounts.items()) {
    if (!below.key().starts_with(DestinationOf(mount) + "/")) continue;
    json both = json::array();
    for (const json& flag : below.value()["flags"]) {
      if (common.is_null() || Contains(common, flag)) both.push_back(flag);
    }
    common = both;
  }
  if (!common.is_null()) line["flags"] = common;
  return line;
}

// One value per configured mount, by destination; those without one are left out. Of two mounts at
// one place the later counts.
template <class F>
json PerMount(const Circumstances& c, F&& value) {
  json values = json::object();
  for (const json& mount : At(c.config, "/mounts")) {
    const json of_mount = value(mount);
    values.erase(DestinationOf(mount));
    if (!of_mount.is_null() && !of_mount.empty()) values[DestinationOf(mount)] = of_mount;
  }
  return values;
}

// The same of what is seen, where something is promised.
template <class P, class S>
json SeenPerMount(const Circumstances& c, P&& promised, S&& seen) {
  if (At(c.probe, "/mounts").is_null()) return nullptr;
  return PerMount(c, [&](const json& mount) -> json {
    const json of_mount = promised(mount);
    if (of_mount.is_null() || of_mount.empty()) return nullptr;
    const json line = LineOf(c, mount);
    return line.is_object() ? seen(of_mount, line) : json(kNotMounted);
  });
}

json TypeOf(const Circumstances& c, const json& mount) {
  if (IsBind(mount)) return "any";
  const json type = mount.value("type", json());
  // Of the hierarchies of v1 there is one mount each, in a tmpfs.
  if (type == "cgroup") return At(c.native, "/mounts/~1sys~1fs~1cgroup/fstype");
  return type;
}

json PromisedDataOf(const Circumstances& c, const json& mount) {
  return PromisedData(mount, HasNamespace(c, "user"));
}

// In a user namespace that shares the caller's network /sys is the caller's, and the kernel lets
// nobody there take off what is mounted below it.
bool IsInevitable(const Circumstances& c, const std::string& destination) {
  if (!HasNamespace(c, "user") || HasNamespace(c, "network") || !destination.starts_with("/sys/"))
    return false;
  return At(c.native, "/mounts").contains(destination);
}

// What comes along with a configured mount, below it.
bool ComesAlong(const Circumstances& c, const std::string& destination) {
  for (const json& mount : At(c.config, "/mounts")) {
    const bool many = mount.value("type", "").starts_with("cgroup") ||
                      Contains(mount.value("options", json::array()), "rbind");
    if (many && destination.starts_with(DestinationOf(mount) + "/")) return true;
  }
  return false;
}

json AllowedMounts(const Circumstances& c) {
  json allowed = {"/"};
  for (const json& mount : At(c.config, "/mounts")) allowed.push_back(DestinationOf(mount));
  for (const char* list : {"/linux/maskedPaths", "/linux/readonlyPaths"}) {
    for (const json& path : At(c.config, list)) allowed.push_back(path);
  }
  for (const char* device : {"null", "zero", "full", "random", "urandom", "tty"})
    allowed.push_back("/dev/" + std::string(device));  // by bind in a user namespace
  for (const json& device : At(c.config, "/linux/devices"))
    allowed.push_back(device.value("path", ""));
  // Init's, which a process of exec sees too.
  if (At(c.more, "/hasConsole") == true) allowed.push_back("/dev/console");
  const json mounts = At(c.probe, "/mounts");
  for (const auto& mount : mounts.items()) {
    if (IsInevitable(c, mount.key()) || ComesAlong(c, mount.key())) allowed.push_back(mount.key());
  }
  return allowed;
}

// The mounts below one whose options hold for all of them, by destination, with what they promise
// or what is seen.
json BelowRecursive(const Circumstances& c, bool expected) {
  json below = json::object();
  const json mounts = At(c.probe, "/mounts");
  if (mounts.is_null()) return nullptr;
  json places = At(c.more, "/submounts");  // that are there whatever the probe sees
  if (places.is_null()) places = json::array();
  for (const auto& mount : mounts.items()) places.push_back(mount.key());
  for (const json& mount : At(c.config, "/mounts")) {
    const json promised = PromisedBelow(mount);
    if (promised.empty()) continue;
    for (const std::string place : places) {
      if (!place.starts_with(DestinationOf(mount) + "/")) continue;
      const json line = MountAt(c, place);
      json flags = json::array();
      for (const json& flag : promised) {
        if (expected || Contains(line.is_object() ? line["flags"] : json::array(), flag))
          flags.push_back(flag);
      }
      below[place] = flags;
    }
  }
  return below.empty() ? json() : below;
}

json NothingIfEmpty(json values) { return values.empty() ? json() : values; }

}  // namespace

std::vector<Fact> MountFacts() {
  return {
      {"mount-types", "each mount has the file system of the configuration",
       [](const Circumstances& c) {
         return NothingIfEmpty(PerMount(c, [&](const json& mount) { return TypeOf(c, mount); }));
       },
       [](const Circumstances& c) {
         return SeenPerMount(
             c, [&](const json& mount) { return TypeOf(c, mount); },
             [](const json& promised, const json& line) {
               return promised == "any" ? promised : line["fstype"];
             });
       }},
      {"mount-flags", "each mount has the flags ro, nosuid, nodev and noexec as configured",
       [](const Circumstances& c) { return NothingIfEmpty(PerMount(c, PromisedFlags)); },
       [](const Circumstances& c) { return SeenPerMount(c, PromisedFlags, SeenFlags); }},
      {"mount-times", "each mount keeps the times of access as configured",
       [](const Circumstances& c) { return NothingIfEmpty(PerMount(c, PromisedTimes)); },
       [](const Circumstances& c) { return SeenPerMount(c, PromisedTimes, SeenTimes); }},
      {"mount-data", "each file system has the size, mode and visibility of the configuration",
       [](const Circumstances& c) {
         return NothingIfEmpty(
             PerMount(c, [&](const json& mount) { return PromisedDataOf(c, mount); }));
       },
       [](const Circumstances& c) {
         return SeenPerMount(
             c, [&](const json& mount) { return PromisedDataOf(c, mount); }, SeenData);
       }},
      {"recursive-options", "what holds for a mount and all below it holds below it",
       [](const Circumstances& c) { return BelowRecursive(c, true); },
       [](const Circumstances& c) { return BelowRecursive(c, false); }},
      {"no-other-mounts", "nothing is mounted but what the configuration says",
       [](const Circumstances& c) { return AllowedMounts(c); },
       [](const Circumstances& c) {
         const json mounts = At(c.probe, "/mounts");
         if (mounts.is_null()) return json();
         json destinations = json::array();
         for (const auto& mount : mounts.items()) destinations.push_back(mount.key());
         return destinations;
       },
       Match::kAtMost},
  };
}

}  // namespace loadline::conformance::isolation
