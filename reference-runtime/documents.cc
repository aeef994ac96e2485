// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/documents.h"

#include <nlohmann/json.hpp>

#include "base/version.h"
#include "reference-runtime/config.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/mount_options.h"
#include "reference-runtime/seccomp_filter.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& document) { return document.dump(2) + "\n"; }

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

template <size_t N>
Json NamesOf(const NamedNumber (&table)[N]) {
  Json names = Json::array();
  for (const NamedNumber& entry : table) names.push_back(entry.name);
  return names;
}

}  // namespace

std::string FeaturesDocument() {
  Json features;
  features["ociVersionMin"] = "1.0.0";
  features["ociVersionMax"] = "1.3.0";
  features["hooks"] = {"prestart",       "createRuntime", "createContainer",
                       "startContainer", "poststart",     "poststop"};
  features["mountOptions"] = KnownMountOptions();
  Json& system = features["linux"];
  system["namespaces"] = NamesOf(kNamespaces);
  system["capabilities"] = CapabilityNames();
  system["cgroup"] = {
      {"v1", true}, {"v2", true}, {"systemd", false}, {"systemdUser", false}, {"rdma", true}};
  system["seccomp"] = {{"enabled", true},
                       {"actions", SeccompActions()},
                       {"operators", SeccompOperators()},
                       {"archs", SeccompArchitectures()},
                       {"knownFlags", SeccompFlags()},
                       {"supportedFlags", SupportedSeccompFlags()}};
  system["apparmor"]["enabled"] = true;
  system["selinux"]["enabled"] = true;
  system["intelRdt"] = {{"enabled", true}, {"schemata", true}, {"monitoring", true}};
  system["memoryPolicy"] = {{"modes", NamesOf(kMemoryModes)}, {"flags", NamesOf(kMemoryFlags)}};
  system["mountExtensions"]["idmap"]["enabled"] = true;
  system["netDevices"]["enabled"] = true;
  // No annotation of a configuration changes what this runtime does.
  features["potentiallyUnsafeConfigAnnotations"] = Json::array();
  features["annotations"]["org.loadline.runtime.version"] = kVersion;
  return Text(features);
}

std::string StagesText() {
  std::string text;
  for (const Table& table : AllTables()) {
    text += std::string(table.name) + "\n";
    for (const Stage& stage : table.stages) {
      text += "  " + Padded(stage.side == Side::kParent ? "runtime" : "container", 11) +
              Padded(std::string(stage.name), 24) + std::string(stage.requirement) + "\n";
    }
  }
  return text;
}

std::string ListDocument(const std::vector<Container>& containers) {
  Json list = Json::array();
  for (const Container& container : containers) {
    Json entry = Json::parse(StateDocument(container, StatusOf(container)));
    entry["created"] = container.created;
    list.push_back(entry);
  }
  return Text(list);
}

std::string ListTable(const std::vector<Container>& containers) {
  std::string text = Padded("ID", 20) + Padded("PID", 10) + Padded("STATUS", 10) +
                     Padded("BUNDLE", 30) + "CREATED\n";
  for (const Container& container : containers) {
    const std::string status = StatusOf(container);
    const std::string pid = status == "stopped" ? "0" : std::to_string(container.pid);
    text += Padded(container.id, 20) + Padded(pid, 10) + Padded(status, 10) +
            Padded(container.bundle, 30) + container.created + "\n";
  }
  return text;
}

std::string SpecDocument() {
  const Json capabilities = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  Json config;
  config["ociVersion"] = "1.3.0";
  config["process"] = {
      {"terminal", true},
      {"user", {{"uid", 0}, {"gid", 0}}},
      {"args", {"sh"}},
      {"env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"}},
      {"cwd", "/"},
      {"capabilities",
       {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}},
      {"rlimits", {{{"type", "RLIMIT_NOFILE"}, {"hard", 1024}, {"soft", 1024}}}},
      {"noNewPrivileges", true}};
  config["root"] = {{"path", "rootfs"}, {"readonly", true}};
  config["hostname"] = "loadline";
  const auto mount = [](const char* destination, const char* type, const char* source,
                        Json options) {
    return Json{{"destination", destination},
                {"type", type},
                {"source", source},
                {"options", std::move(options)}};
  };
  config["mounts"] = {
      mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"})};
  config["linux"]["namespaces"] = Json::array();
  for (const char* type : {"pid", "network", "ipc", "uts", "mount", "cgroup"})
    config["linux"]["namespaces"].push_back({{"type", type}});
  config["linux"]["maskedPaths"] = {"/proc/acpi",       "/proc/asound",      "/proc/interrupts",
                                    "/proc/kcore",      "/proc/keys",        "/proc/latency_stats",
                                    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                                    "/proc/scsi",       "/sys/firmware"};
  config["linux"]["readonlyPaths"] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                      "/proc/sysrq-trigger"};
  return Text(config);
}

}  // namespace loadline::runtime
