// SPDX-License-Identifier: Apache-2.0
// linux.resources for cgroup v1: one table from property to file
// (oci-runtime/config-linux/resources).
#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup_limits.h"
#include "reference-runtime/device_rules.h"

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

// The weights of the scheduler that was meant are gone since Linux 5.0; bfq has files of its own.
constexpr const char* kOtherNames[][2] = {
    {"blkio.weight", "blkio.bfq.weight"},
    {"blkio.weight_device", "blkio.bfq.weight_device"},
};

class Writer {
 public:
  Writer(const std::vector<Hierarchy>& hierarchies, const std::string& path)
      : hierarchies_(hierarchies), path_(path) {}

  Result<void> Write(const char* controller, const std::string& file,
                     const std::string& value) const {
    for (const Hierarchy& hierarchy : hierarchies_) {
      if (hierarchy.Has(controller)) return WriteIn(hierarchy.mount_point + path_, file, value);
    }
    return Failure(
        "the cgroup controller " + std::string(controller) + " is not mounted on this host",
        "mount it, or remove what needs it from linux.resources");
  }

 private:
  static Result<void> WriteIn(const std::string& directory, const std::string& file,
                              const std::string& value) {
    auto written = WriteExisting(directory + "/" + file, value);
    if (written.has_value() || written.error().number != ENOENT) return written;
    for (const auto& [name, other] : kOtherNames)
      if (file == name) return WriteIn(directory, other, value);
    return std::move(written).error().Hint(
        "this kernel does not offer it: remove what needs it from linux.resources");
  }

  const std::vector<Hierarchy>& hierarchies_;
  const std::string& path_;
};

std::string ValueText(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  if (value.is_string()) return value.get<std::string>();
  return value.dump();
}

std::string Number(int32_t number) { return number < 0 ? "*" : std::to_string(number); }

// The kernel reads no further than the "a" of a line, so a rule for all types that is about some
// numbers or some accesses becomes one line for each type.
std::vector<std::string> DeviceLines(const DeviceRule& rule) {
  if (rule.HoldsForEverything()) return {"a"};
  std::string rest = " " + Number(rule.major) + ":" + Number(rule.minor) + " ";
  if ((rule.access & kRead) != 0) rest += "r";
  if ((rule.access & kWrite) != 0) rest += "w";
  if ((rule.access & kMakeNode) != 0) rest += "m";
  if (rule.type != 'a') return {rule.type + rest};
  return {"c" + rest, "b" + rest};
}

Result<void> WriteDevices(const Writer& writer, const Json& devices) {
  ASSIGN_OR_RETURN(const auto rules, ReadDeviceRules(devices));
  for (const DeviceRule& rule : rules) {
    const char* file = rule.allow ? "devices.allow" : "devices.deny";
    for (const std::string& line : DeviceLines(rule))
      RETURN_IF_ERROR(writer.Write("devices", file, line));
  }
  return {};
}

// oci-runtime/config-linux/hugepage-limits/reservations-limited: where the kernel counts them.
Result<void> WriteHugePages(const Writer& writer, const Json& resources) {
  for (const Json& entry : resources.value("hugepageLimits", Json::array())) {
    ASSIGN_OR_RETURN(const std::string size, PageSize(entry));
    const std::string limit = entry.at("limit").dump();
    RETURN_IF_ERROR(writer.Write("hugetlb", "hugetlb." + size + ".limit_in_bytes", limit));
    auto reserved = writer.Write("hugetlb", "hugetlb." + size + ".rsvd.limit_in_bytes", limit);
    if (!reserved.has_value() && reserved.error().number != ENOENT) return reserved;
  }
  return {};
}

Result<void> WriteLists(const Writer& writer, const Json& resources) {
  for (const Limit& throttle : kThrottles) {
    const Json::json_pointer pointer(throttle.pointer);
    if (!resources.contains(pointer)) continue;
    for (const Json& entry : resources[pointer])
      RETURN_IF_ERROR(writer.Write(throttle.controller, throttle.file,
                                   DeviceNumbers(entry) + entry.at("rate").dump()));
  }
  for (const Json& entry : resources.value("/blockIO/weightDevice"_json_pointer, Json::array())) {
    for (const auto& [key, file] : {std::pair("weight", "blkio.weight_device"),
                                    std::pair("leafWeight", "blkio.leaf_weight_device")})
      if (entry.contains(key))
        RETURN_IF_ERROR(writer.Write("blkio", file, DeviceNumbers(entry) + entry[key].dump()));
  }
  for (const std::string& line : RdmaLines(resources))
    RETURN_IF_ERROR(writer.Write("rdma", "rdma.max", line));
  for (const Json& entry : resources.value("/network/priorities"_json_pointer, Json::array())) {
    RETURN_IF_ERROR(
        writer.Write("net_prio", "net_prio.ifpriomap",
                     entry.at("name").get<std::string>() + " " + entry.at("priority").dump()));
  }
  return WriteHugePages(writer, resources);
}

// No limit where the kernel has none to set is kept.
bool IsKept(const Limit& limit, const Json& value, const Error& error) {
  const bool missing = error.number == ENOENT || error.number == EOPNOTSUPP;
  return missing && std::string_view(limit.pointer).starts_with("/memory/") && value.is_number() &&
         value.get<double>() < 0;
}

Result<void> WriteLimit(const Writer& writer, const Limit& limit, const Json& resources) {
  const Json::json_pointer pointer(limit.pointer);
  if (!resources.contains(pointer) || resources[pointer].is_null()) return {};
  const Json& wanted = resources[pointer];
  // -1 of pids means no limit, which the file spells in its own way.
  const bool no_pids = std::string_view(limit.file) == "pids.max" && wanted.get<int64_t>() < 0;
  auto written =
      writer.Write(limit.controller, limit.file, no_pids ? std::string("max") : ValueText(wanted));
  if (!written.has_value() && IsKept(limit, wanted, written.error())) return {};
  return written;
}

}  // namespace

Result<void> WriteV1Limits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                           const Json& resources) {
  const Writer writer(hierarchies, path);
  if (resources.contains("unified"))
    return Failure("linux.resources.unified needs cgroup v2, and this host has cgroup v1",
                   "use the properties of v1");
  // Some are checked against others that may be about to change (memory alone against memory with
  // swap, a quota against its burst and period), so what is refused is tried again at the end.
  std::vector<const Limit*> refused;
  for (const Limit& limit : kLimits) {
    auto written = WriteLimit(writer, limit, resources);
    if (written.has_value()) continue;
    if (written.error().number != EINVAL && written.error().number != EBUSY) return written;
    refused.push_back(&limit);
  }
  for (const Limit* limit : refused) RETURN_IF_ERROR(WriteLimit(writer, *limit, resources));
  if (resources.contains("devices")) RETURN_IF_ERROR(WriteDevices(writer, resources["devices"]));
  return WriteLists(writer, resources);
}

}  // namespace loadline::runtime
