// SPDX-License-Identifier: Apache-2.0
// Namespaces and what is seen through them: processes, ids, objects, interfaces, names, groups.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr const char* kOwn = "its own";
constexpr const char* kShared = "the caller's";

json Expected(const Circumstances& c, const char* type) {
  return HasNamespace(c, type) ? kOwn : kShared;
}

json Seen(const Circumstances& c, const char* file) {
  const json inside = At(c.probe, ("/namespaces/" + std::string(file)).c_str());
  if (inside.is_null()) return nullptr;
  return inside == At(c.native, ("/namespaces/" + std::string(file)).c_str()) ? kShared : kOwn;
}

// The group of the hierarchy that limits memory.
json GroupOf(const json& seen) {
  const json memory = At(seen, "/cgroups/memory");
  return memory.is_null() ? At(seen, "/cgroups/unified") : memory;
}

// Whether what is made from now on goes to the namespace that the process is in itself.
json ChildrenAreWithIt(const Circumstances& c) {
  const json namespaces = At(c.probe, "/namespaces");
  if (namespaces.is_null()) return nullptr;
  json with = json::object();
  for (const char* type : {"pid", "time"}) {
    const std::string file = type;
    if (namespaces.contains(file + "_for_children"))
      with[file] = namespaces[file + "_for_children"] == namespaces[file];
  }
  return with.size() == 2 ? with : json();
}

// What is configured of a clock, as the kernel lists it.
json ConfiguredOffsets(const Circumstances& c) {
  json offsets = json::object();
  for (const char* clock : {"monotonic", "boottime"}) {
    const json given = At(c.config, ("/linux/timeOffsets/" + std::string(clock)).c_str());
    offsets[clock] = {{"secs", Or(At(given, "/secs"), 0)},
                      {"nanosecs", Or(At(given, "/nanosecs"), 0)}};
  }
  return offsets;
}

}  // namespace

std::vector<Fact> NamespaceFacts() {
  return {
      {"mount-namespace", "the mount namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "mount"); },
       [](const Circumstances& c) { return Seen(c, "mnt"); }},
      {"pid-namespace", "the pid namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "pid"); },
       [](const Circumstances& c) { return Seen(c, "pid"); }},
      {"network-namespace", "the network namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "network"); },
       [](const Circumstances& c) { return Seen(c, "net"); }},
      {"ipc-namespace", "the ipc namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "ipc"); },
       [](const Circumstances& c) { return Seen(c, "ipc"); }},
      {"uts-namespace", "the uts namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "uts"); },
       [](const Circumstances& c) { return Seen(c, "uts"); }},
      {"user-namespace", "the user namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "user"); },
       [](const Circumstances& c) { return Seen(c, "user"); }},
      {"cgroup-namespace", "the cgroup namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "cgroup"); },
       [](const Circumstances& c) { return Seen(c, "cgroup"); }},
      {"time-namespace", "the time namespace is the one of the configuration",
       [](const Circumstances& c) { return Expected(c, "time"); },
       [](const Circumstances& c) { return Seen(c, "time"); }},
      {"first-process", "init is process 1 of a new pid namespace, and exec's process is not",
       [](const Circumstances& c) { return HasNamespace(c, "pid") ? json(!c.exec) : json(); },
       [](const Circumstances& c) { return json(c.probe.value("pid", 0) == 1); }},
      {"visible-processes", "no process outside a new pid namespace is seen",
       [](const Circumstances& c) {
         return HasNamespace(c, "pid") ? json({1, c.probe.value("pid", 0)}) : json();
       },
       [](const Circumstances& c) { return At(c.probe, "/processes"); }, Match::kAtMost},
      {"user-map", "the ids of users are mapped as the configuration says",
       [](const Circumstances& c) {
         return HasNamespace(c, "user") ? At(c.config, "/linux/uidMappings")
                                        : At(c.native, "/uidMap");
       },
       [](const Circumstances& c) { return At(c.probe, "/uidMap"); }},
      {"group-map", "the ids of groups are mapped as the configuration says",
       [](const Circumstances& c) {
         return HasNamespace(c, "user") ? At(c.config, "/linux/gidMappings")
                                        : At(c.native, "/gidMap");
       },
       [](const Circumstances& c) { return At(c.probe, "/gidMap"); }},
      {"ipc-objects", "a new ipc namespace is empty",
       [](const Circumstances& c) {
         return HasNamespace(c, "ipc") ? json({{"msg", 0}, {"sem", 0}, {"shm", 0}}) : json();
       },
       [](const Circumstances& c) { return At(c.probe, "/ipc"); }},
      {"network-interfaces", "a new network namespace has a loopback interface and no other",
       [](const Circumstances& c) { return HasNamespace(c, "network") ? json({"lo"}) : json(); },
       [](const Circumstances& c) { return At(c.probe, "/interfaces"); }},
      {"hostname", "the host name is the one of the configuration, or the caller's",
       [](const Circumstances& c) {
         const json name = At(c.config, "/hostname");
         return name.is_null() ? At(c.native, "/hostname") : name;
       },
       [](const Circumstances& c) { return At(c.probe, "/hostname"); }},
      {"domainname", "the domain name is the one of the configuration, or the caller's",
       [](const Circumstances& c) {
         const json name = At(c.config, "/domainname");
         return name.is_null() ? At(c.native, "/domainname") : name;
       },
       [](const Circumstances& c) { return At(c.probe, "/domainname"); }},
      {"group-path", "a new cgroup namespace begins at the container's group",
       [](const Circumstances& c) {
         if (HasNamespace(c, "cgroup")) return json("/");
         return At(c.config, "/linux/cgroupsPath").is_null() ? GroupOf(c.native) : json("/" + c.id);
       },
       [](const Circumstances& c) { return GroupOf(c.probe); }},
      {"time-offsets", "clocks are moved as the configuration says, and not otherwise",
       [](const Circumstances& c) {
         return HasNamespace(c, "time") ? ConfiguredOffsets(c) : At(c.native, "/timeOffsets");
       },
       [](const Circumstances& c) { return At(c.probe, "/timeOffsets"); }},
      {"namespaces-of-children", "children are born into the namespaces of their parent",
       [](const Circumstances&) {
         return json{{"pid", true}, {"time", true}};
       },
       ChildrenAreWithIt},
      {"set-groups", "groups may be set as the caller may, where its users are shared",
       [](const Circumstances& c) {
         return HasNamespace(c, "user") ? json() : At(c.native, "/setgroups");
       },
       [](const Circumstances& c) { return At(c.probe, "/setgroups"); }},
  };
}

}  // namespace loadline::conformance::isolation
