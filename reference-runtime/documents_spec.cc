// SPDX-License-Identifier: Apache-2.0
// The config.json that spec writes.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "reference-runtime/documents.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

Json Mount(const char* destination, const char* type, const char* source, Json options) {
  return Json{{"destination", destination},
              {"type", type},
              {"source", source},
              {"options", std::move(options)}};
}

Json Process() {
  const Json capabilities = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  return {
      {"terminal", true},
      {"user", {{"uid", 0}, {"gid", 0}}},
      {"args", {"sh"}},
      {"env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"}},
      {"cwd", "/"},
      {"capabilities",
       {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}},
      {"rlimits", {{{"type", "RLIMIT_NOFILE"}, {"hard", 1024}, {"soft", 1024}}}},
      {"noNewPrivileges", true}};
}

// A user namespace has the caller's ids alone, so there is no group of terminals; and a sysfs can
// be mounted only by the owner of the network namespace, which stays the caller's.
Json Mounts(bool rootless) {
  Json terminals = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"};
  if (!rootless) terminals.push_back("gid=5");
  return {
      Mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
      Mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      Mount("/dev/pts", "devpts", "devpts", std::move(terminals)),
      Mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      Mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      rootless ? Mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"})
               : Mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"})};
}

Json Namespaces(bool rootless) {
  Json namespaces = Json::array();
  for (const char* type : {"pid", "network", "ipc", "uts", "mount", "cgroup"}) {
    if (rootless && std::string_view(type) == "network") continue;
    namespaces.push_back({{"type", type}});
  }
  if (rootless) namespaces.push_back({{"type", "user"}});
  return namespaces;
}

Json RootIs(uint32_t id) {
  return Json::array({{{"containerID", 0}, {"hostID", id}, {"size", 1}}});
}

}  // namespace

std::string SpecDocument(bool rootless) {
  Json config;
  config["ociVersion"] = "1.3.0";
  config["process"] = Process();
  config["root"] = {{"path", "rootfs"}, {"readonly", true}};
  config["hostname"] = "loadline";
  config["mounts"] = Mounts(rootless);
  Json& system = config["linux"];
  system["namespaces"] = Namespaces(rootless);
  if (rootless) {
    system["uidMappings"] = RootIs(geteuid());
    system["gidMappings"] = RootIs(getegid());
  }
  system["maskedPaths"] = {"/proc/acpi",       "/proc/asound",      "/proc/interrupts",
                           "/proc/kcore",      "/proc/keys",        "/proc/latency_stats",
                           "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                           "/proc/scsi",       "/sys/firmware"};
  system["readonlyPaths"] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                             "/proc/sysrq-trigger"};
  return config.dump(2) + "\n";
}

}  // namespace loadline::runtime
