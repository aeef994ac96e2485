// SPDX-License-Identifier: Apache-2.0
// linux.resources for cgroup v1: one table from property to file
// (oci-runtime/config-linux/resources).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

struct Limit {
  const char* pointer;
  const char* controller;
  const char* file;
};

// In the order in which they are written: the kernel checks some against others.
constexpr Limit kLimits[] = {
    {"/memory/limit", "memory", "memory.limit_in_bytes"},
    {"/memory/swap", "memory", "memory.memsw.limit_in_bytes"},
    {"/memory/reservation", "memory", "memory.soft_limit_in_bytes"},
    {"/memory/kernel", "memory", "memory.kmem.limit_in_bytes"},
    {"/memory/kernelTCP", "memory", "memory.kmem.tcp.limit_in_bytes"},
    {"/memory/swappiness", "memory", "memory.swappiness"},
    {"/memory/disableOOMKiller", "memory", "memory.oom_control"},
    {"/memory/useHierarchy", "memory", "memory.use_hierarchy"},
    {"/cpu/shares", "cpu", "cpu.shares"},
    {"/cpu/period", "cpu", "cpu.cfs_period_us"},
    {"/cpu/quota", "cpu", "cpu.cfs_quota_us"},
    {"/cpu/burst", "cpu", "cpu.cfs_burst_us"},
    {"/cpu/realtimePeriod", "cpu", "cpu.rt_period_us"},
    {"/cpu/realtimeRuntime", "cpu", "cpu.rt_runtime_us"},
    {"/cpu/idle", "cpu", "cpu.idle"},
    {"/cpu/cpus", "cpuset", "cpuset.cpus"},
    {"/cpu/mems", "cpuset", "cpuset.mems"},
    {"/pids/limit", "pids", "pids.max"},
    {"/blockIO/weight", "blkio", "blkio.weight"},
    {"/blockIO/leafWeight", "blkio", "blkio.leaf_weight"},
    {"/network/classID", "net_cls", "net_cls.classid"},
};

// Lists of {major, minor, rate} and their files.
constexpr Limit kThrottles[] = {
    {"/blockIO/throttleReadBpsDevice", "blkio", "blkio.throttle.read_bps_device"},
    {"/blockIO/throttleWriteBpsDevice", "blkio", "blkio.throttle.write_bps_device"},
    {"/blockIO/throttleReadIOPSDevice", "blkio", "blkio.throttle.read_iops_device"},
    {"/blockIO/throttleWriteIOPSDevice", "blkio", "blkio.throttle.write_iops_device"},
};

// oci-runtime/config-linux/default-devices: a container may always use these.
constexpr const char* kDefaultDeviceRules[] = {"c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                                               "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm",
                                               "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm"};

class Writer {
 public:
  Writer(const std::vector<Hierarchy>& hierarchies, const std::string& path)
      : hierarchies_(hierarchies), path_(path) {}

  Result<void> Write(const char* controller, const std::string& file,
                     const std::string& value) const {
    for (const Hierarchy& hierarchy : hierarchies_) {
      if (std::count(hierarchy.controllers.begin(), hierarchy.controllers.end(), controller) == 0)
        continue;
      return WriteExisting(hierarchy.mount_point + path_ + "/" + file, value);
    }
    return Failure(
        "the cgroup controller " + std::string(controller) + " is not mounted on this host",
        "mount it, or remove what needs it from linux.resources");
  }

 private:
  const std::vector<Hierarchy>& hierarchies_;
  const std::string& path_;
};

std::string ValueText(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  if (value.is_string()) return value.get<std::string>();
  return value.dump();
}

std::string Number(const Json& rule, const char* key) {
  const auto found = rule.find(key);
  return found == rule.end() || found->is_null() || *found == -1 ? "*" : found->dump();
}

// The kernel reads no further than the "a" of a line, so a rule for all types that is about some
// numbers or some accesses becomes one line for each type.
std::vector<std::string> DeviceLines(const Json& rule) {
  const std::string type = rule.value("type", "a");
  const std::string access = rule.value("access", "rwm");
  const std::string numbers = Number(rule, "major") + ":" + Number(rule, "minor");
  const bool every_access = access.find('r') != std::string::npos &&
                            access.find('w') != std::string::npos &&
                            access.find('m') != std::string::npos;
  if (type != "a") return {type + " " + numbers + " " + access};
  if (numbers == "*:*" && every_access) return {"a"};
  return {"c " + numbers + " " + access, "b " + numbers + " " + access};
}

Result<void> WriteDevices(const Writer& writer, const Json& rules) {
  for (const Json& rule : rules) {
    const char* file = rule.at("allow").get<bool>() ? "devices.allow" : "devices.deny";
    for (const std::string& line : DeviceLines(rule))
      RETURN_IF_ERROR(writer.Write("devices", file, line));
  }
  for (const char* rule : kDefaultDeviceRules)
    RETURN_IF_ERROR(writer.Write("devices", "devices.allow", rule));
  return {};
}

Result<void> WriteLists(const Writer& writer, const Json& resources) {
  for (const Limit& throttle : kThrottles) {
    const Json::json_pointer pointer(throttle.pointer);
    if (!resources.contains(pointer)) continue;
    for (const Json& entry : resources[pointer]) {
      const std::string line =
          entry.at("major").dump() + ":" + entry.at("minor").dump() + " " + entry.at("rate").dump();
      RETURN_IF_ERROR(writer.Write(throttle.controller, throttle.file, line));
    }
  }
  for (const Json& entry : resources.value("/blockIO/weightDevice"_json_pointer, Json::array())) {
    const std::string device = entry.at("major").dump() + ":" + entry.at("minor").dump() + " ";
    if (entry.contains("weight"))
      RETURN_IF_ERROR(
          writer.Write("blkio", "blkio.weight_device", device + entry["weight"].dump()));
    if (entry.contains("leafWeight"))
      RETURN_IF_ERROR(
          writer.Write("blkio", "blkio.leaf_weight_device", device + entry["leafWeight"].dump()));
  }
  const Json rdma = resources.value("rdma", Json::object());
  for (const auto& [device, limits] : rdma.items()) {
    std::string line = device;
    if (limits.contains("hcaHandles")) line += " hca_handle=" + limits["hcaHandles"].dump();
    if (limits.contains("hcaObjects")) line += " hca_object=" + limits["hcaObjects"].dump();
    RETURN_IF_ERROR(writer.Write("rdma", "rdma.max", line));
  }
  for (const Json& entry : resources.value("hugepageLimits", Json::array())) {
    RETURN_IF_ERROR(writer.Write(
        "hugetlb", "hugetlb." + entry.at("pageSize").get<std::string>() + ".limit_in_bytes",
        entry.at("limit").dump()));
  }
  for (const Json& entry : resources.value("/network/priorities"_json_pointer, Json::array())) {
    RETURN_IF_ERROR(
        writer.Write("net_prio", "net_prio.ifpriomap",
                     entry.at("name").get<std::string>() + " " + entry.at("priority").dump()));
  }
  return {};
}

}  // namespace

Result<void> WriteLimits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                         const Json& resources) {
  const Writer writer(hierarchies, path);
  try {
    if (const auto unified = resources.find("unified");
        unified != resources.end() && !unified->empty()) {
      return Failure("linux.resources.unified needs cgroup v2, and this host has cgroup v1",
                     "use the properties of v1");
    }
    // The kernel takes no memory limit above that of memory and swap together.
    const Json memory = resources.value("memory", Json::object());
    if (memory.contains("limit") && memory.contains("swap") &&
        !writer.Write("memory", "memory.limit_in_bytes", ValueText(memory["limit"])).has_value())
      RETURN_IF_ERROR(
          writer.Write("memory", "memory.memsw.limit_in_bytes", ValueText(memory["swap"])));
    for (const Limit& limit : kLimits) {
      const Json::json_pointer pointer(limit.pointer);
      if (!resources.contains(pointer) || resources[pointer].is_null()) continue;
      // -1 and 0 of pids mean no limit, which the file spells in its own way.
      std::string value = ValueText(resources[pointer]);
      if (std::string_view(limit.file) == "pids.max" && resources[pointer].get<int64_t>() <= 0)
        value = "max";
      RETURN_IF_ERROR(writer.Write(limit.controller, limit.file, value));
    }
    if (resources.contains("devices")) RETURN_IF_ERROR(WriteDevices(writer, resources["devices"]));
    return WriteLists(writer, resources);
  } catch (const Json::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("linux.resources: ") + problem.what(),
                   "loadline validate names the place");
  }
}

}  // namespace loadline::runtime
