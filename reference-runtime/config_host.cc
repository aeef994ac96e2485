// SPDX-License-Identifier: Apache-2.0
// linux of config.json: properties that need what not every host has, memory nodes, network
// devices, resctrl and SELinux.
#include <net/if.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "reference-runtime/config_sections.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/config_values.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

template <size_t N>
int NumberNamed(const NamedNumber (&table)[N], const std::string& name, const char* where) {
  for (const NamedNumber& entry : table) {
    if (entry.name == name) return entry.number;
  }
  throw Unsupported{std::string(where) + " has the unknown word \"" + name + "\"",
                    "use one that set_mempolicy(2) knows"};
}

// oci-runtime/config-linux/memory-policy
std::optional<MemoryPolicy> ReadMemoryPolicy(const Json& policy) {
  if (policy.empty()) return std::nullopt;
  MemoryPolicy spec;
  spec.mode =
      NumberNamed(kMemoryModes, Need<std::string>(policy, "mode"), "/linux/memoryPolicy/mode");
  for (const std::string flag : Child(policy, "flags"))
    spec.mode |= NumberNamed(kMemoryFlags, flag, "/linux/memoryPolicy/flags");
  spec.nodes = ReadNumbers(policy, "nodes", "/linux/memoryPolicy");
  return spec;
}

// What the kernel takes as the name of a device. One that ends in %d is a template.
void CheckDeviceName(const std::string& name) {
  const bool legal = !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
                     name.find_first_of("/: \t\n\v\f\r") == std::string::npos;
  const size_t percent = name.find('%');
  const bool plain = percent == std::string::npos || name.substr(percent) == "%d";
  if (!legal || !plain)
    throw Unsupported{"/linux/netDevices: \"" + name + "\" cannot be the name of a network device",
                      "use up to 15 characters without / : or space"};
}

// oci-runtime/config-linux/net-devices
std::vector<NetDevice> ReadNetDevices(const Json& devices) {
  std::vector<NetDevice> specs;
  for (const auto& [name, device] : devices.items()) {
    NetDevice spec{name, Get<std::string>(device, "name", "")};
    if (spec.new_name.empty()) spec.new_name = name;
    CheckDeviceName(spec.name);
    CheckDeviceName(spec.new_name);
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::string ReadSchema(const Json& rdt, const char* key) {
  auto schema = Get<std::string>(rdt, key, "");
  if (schema.find('\n') != std::string::npos && std::string_view(key) != "l3CacheSchema")
    throw Unsupported{"/linux/intelRdt/" + std::string(key) + " has more than one line",
                      "write one line"};
  return schema;
}

// oci-runtime/config-linux/intel-rdt
std::optional<IntelRdt> ReadIntelRdt(const Json& section) {
  const auto found = section.find("intelRdt");
  if (found == section.end() || found->is_null()) return std::nullopt;
  const Json& rdt = *found;
  IntelRdt spec;
  if (rdt.contains("closID") && !rdt["closID"].is_null())
    spec.clos_id = rdt["closID"].get<std::string>();
  spec.l3_cache_schema = ReadSchema(rdt, "l3CacheSchema");
  spec.mem_bw_schema = ReadSchema(rdt, "memBwSchema");
  if (!spec.mem_bw_schema.empty() && !spec.mem_bw_schema.starts_with("MB:"))
    throw Unsupported{"/linux/intelRdt/memBwSchema does not start with MB:", "begin it so"};
  spec.schemata = Get(rdt, "schemata", std::vector<std::string>());
  if (std::any_of(spec.schemata.begin(), spec.schemata.end(),
                  [](const std::string& line) { return line.find('\n') != std::string::npos; }))
    throw Unsupported{"an element of /linux/intelRdt/schemata has more than one line",
                      "write one element for each"};
  spec.monitoring = Get(rdt, "enableMonitoring", false);
  if (Get(rdt, "enableCMT", false)) spec.needed_events.push_back("llc_occupancy");
  if (Get(rdt, "enableMBM", false)) spec.needed_events.push_back("mbm_total_bytes");
  return spec;
}

}  // namespace

void ReadHostProperties(const Json& section, LinuxSpec& spec) {
  spec.mount_label = Get<std::string>(section, "mountLabel", "");
  spec.memory_policy = ReadMemoryPolicy(Child(section, "memoryPolicy"));
  spec.net_devices = ReadNetDevices(Child(section, "netDevices"));
  spec.intel_rdt = ReadIntelRdt(section);
}

}  // namespace loadline::runtime
