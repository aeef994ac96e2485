// SPDX-License-Identifier: Apache-2.0
// linux.resources for cgroup v2: tables from property to file, and what has no file
// (oci-runtime/config-linux/unified/v1-configuration-converted).
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/files.h"
#include "reference-runtime/cgroup_limits.h"
#include "reference-runtime/cgroup_v2_values.h"
#include "reference-runtime/device_program.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

std::string Text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}
std::string Limited(const Json& value) { return OrMax(value.get<int64_t>()); }
std::string Weight(const Json& value) {
  return std::to_string(WeightFromShares(value.get<uint64_t>()));
}

struct Limit {
  const char* pointer;
  const char* file;
  std::string (*value)(const Json&);
};

// Those of one property and one file. A reservation of -1 is written as the kernel spells "no
// limit", as runc and crun do.
constexpr Limit kLimits[] = {
    {"/memory/limit", "memory.max", Limited}, {"/memory/reservation", "memory.low", Limited},
    {"/cpu/cpus", "cpuset.cpus", Text},       {"/cpu/mems", "cpuset.mems", Text},
    {"/pids/limit", "pids.max", Limited},
};

// Lists of {major, minor, rate}: all of them are words of one file.
constexpr const char* kThrottles[][2] = {
    {"/blockIO/throttleReadBpsDevice", "rbps"},
    {"/blockIO/throttleWriteBpsDevice", "wbps"},
    {"/blockIO/throttleReadIOPSDevice", "riops"},
    {"/blockIO/throttleWriteIOPSDevice", "wiops"},
};

// What v2 cannot keep is an error (oci-runtime/config-linux/unified/error-when-not-convertible),
// unless it asks for what v2 does anyway. runc passes over most of these in silence; crun refuses
// them as we do.
constexpr const char* kNotConvertible[][2] = {
    {"/memory/kernel", "-1"},  // no limit of its own: kernel memory counts as memory
    {"/memory/kernelTCP", "-1"},
    {"/memory/swappiness", ""},
    {"/memory/disableOOMKiller", "false"},
    {"/memory/useHierarchy", "true"},  // every group of v2 is counted with those below it
    {"/cpu/realtimeRuntime", ""},
    {"/cpu/realtimePeriod", ""},
    {"/blockIO/leafWeight", ""},  // processes do not compete with child groups: one has no both
    {"/network/classID", "0"},    // no class
    {"/network/priorities", ""},
};

const Json* Find(const Json& resources, const char* pointer) {
  const Json::json_pointer place(pointer);
  if (!resources.contains(place) || resources[place].is_null()) return nullptr;
  return &resources[place];
}

template <class T>
std::optional<T> Number(const Json& resources, const char* pointer) {
  const Json* found = Find(resources, pointer);
  return found == nullptr ? std::optional<T>() : found->get<T>();
}

class Group {
 public:
  explicit Group(std::string directory) : directory_(std::move(directory)) {}

  bool Has(const std::string& file) const {
    return access((directory_ + "/" + file).c_str(), F_OK) == 0;
  }
  std::string Read(const std::string& file) const {
    return ReadFile(directory_ + "/" + file).value_or("");
  }
  Result<void> Write(const std::string& file, const std::string& value) const {
    auto written = WriteExisting(directory_ + "/" + file, value);
    if (written.has_value() || written.error().number != ENOENT) return written;
    return Failure("the group " + directory_ + " has no file " + file,
                   "this kernel does not offer it: remove what needs it from linux.resources");
  }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

Result<void> CheckConvertible(const Json& resources) {
  for (const auto& [pointer, harmless] : kNotConvertible) {
    const Json* found = Find(resources, pointer);
    if (found == nullptr || found->dump() == harmless) continue;
    return Failure("cgroup v2 has nothing for linux.resources" + std::string(pointer),
                   "remove it: it can be kept by cgroup v1 alone");
  }
  return {};
}

// oci-runtime/config-linux/memory/check-before-update: v1 refuses such a limit, v2 would kill.
Result<void> CheckUsage(const Group& group, const Json& resources) {
  const auto limit = Number<int64_t>(resources, "/memory/limit");
  if (!resources.value("/memory/checkBeforeUpdate"_json_pointer, false) || !limit || *limit < 0)
    return {};
  const std::string used = group.Read("memory.current");
  if (std::strtoll(used.c_str(), nullptr, 10) <= *limit) return {};
  return Failure("the container uses more memory than the new limit of " + std::to_string(*limit),
                 "raise the limit, or leave out checkBeforeUpdate");
}

// oci-runtime/config-linux/memory/swap
Result<void> WriteSwap(const Group& group, const Json& resources) {
  auto limit = Number<int64_t>(resources, "/memory/limit");
  auto swap = Number<int64_t>(resources, "/memory/swap");
  // As on v1, where no limit of memory goes with no limit of both.
  if (!swap && limit && *limit < 0) swap = -1;
  if (!swap) return {};
  if (!limit) {
    const auto words = Words(group.Read("memory.max"));
    limit = words.empty() || words[0] == "max" ? -1 : std::strtoll(words[0].c_str(), nullptr, 10);
  }
  ASSIGN_OR_RETURN(const std::string value, SwapMax(*limit, *swap));
  // A kernel that does not swap keeps both of these by itself.
  if (!group.Has("memory.swap.max") && (value == "max" || value == "0")) return {};
  return group.Write("memory.swap.max", value);
}

// An idle group takes no weight, so a group becomes idle last, and ceases to be so first.
Result<void> WriteCpuShare(const Group& group, const Json& resources) {
  const auto idle = Number<int64_t>(resources, "/cpu/idle");
  const Json* shares = Find(resources, "/cpu/shares");
  if (idle && *idle == 0) RETURN_IF_ERROR(group.Write("cpu.idle", "0"));
  if (shares != nullptr) RETURN_IF_ERROR(group.Write("cpu.weight", Weight(*shares)));
  if (idle && *idle != 0) RETURN_IF_ERROR(group.Write("cpu.idle", std::to_string(*idle)));
  return {};
}

Result<void> WriteCpuTime(const Group& group, const Json& resources) {
  const auto quota = Number<int64_t>(resources, "/cpu/quota");
  const auto period = Number<uint64_t>(resources, "/cpu/period");
  const auto burst = Number<uint64_t>(resources, "/cpu/burst");
  // The kernel takes no quota below the burst and no burst above the quota: whichever way both
  // move, one of the two orders is right.
  const bool burst_written =
      burst && group.Write("cpu.max.burst", std::to_string(*burst)).has_value();
  if (quota || period)
    RETURN_IF_ERROR(group.Write("cpu.max", CpuMax(quota, period, group.Read("cpu.max"))));
  if (!burst || burst_written) return {};
  return group.Write("cpu.max.burst", std::to_string(*burst));
}

// oci-runtime/config-linux/block-io/weight: bfq's own file where that scheduler is there, and the
// cost model's otherwise.
Result<void> WriteIoWeight(const Group& group, const std::string& device, int64_t weight) {
  if (group.Has("io.bfq.weight"))
    return group.Write("io.bfq.weight", device + std::to_string(weight));
  return group.Write("io.weight", device + std::to_string(IoWeight(weight)));
}

Result<void> WriteIo(const Group& group, const Json& resources) {
  if (const auto weight = Number<int64_t>(resources, "/blockIO/weight"))
    RETURN_IF_ERROR(WriteIoWeight(group, "", *weight));
  for (const Json& entry : resources.value("/blockIO/weightDevice"_json_pointer, Json::array())) {
    if (entry.contains("leafWeight"))
      return Failure("cgroup v2 has nothing for linux.resources/blockIO/weightDevice/leafWeight",
                     "remove it: it can be kept by cgroup v1 alone");
    RETURN_IF_ERROR(WriteIoWeight(group, DeviceNumbers(entry), entry.at("weight").get<int64_t>()));
  }
  for (const auto& [pointer, word] : kThrottles) {
    for (const Json& entry : resources.value(Json::json_pointer(pointer), Json::array())) {
      RETURN_IF_ERROR(group.Write(
          "io.max", DeviceNumbers(entry) + word + "=" + Rate(entry.at("rate").get<uint64_t>())));
    }
  }
  return {};
}

// oci-runtime/config-linux/hugepage-limits: reservations where the kernel counts them, and usage,
// which is all that the first version of the standard knows.
Result<void> WriteHugePages(const Group& group, const Json& resources) {
  for (const Json& entry : resources.value("hugepageLimits", Json::array())) {
    ASSIGN_OR_RETURN(const std::string size, PageSize(entry));
    const std::string limit = entry.at("limit").dump();
    RETURN_IF_ERROR(group.Write("hugetlb." + size + ".max", limit));
    if (const std::string reserved = "hugetlb." + size + ".rsvd.max"; group.Has(reserved))
      RETURN_IF_ERROR(group.Write(reserved, limit));
  }
  return {};
}

Result<void> WriteRdma(const Group& group, const Json& resources) {
  for (const std::string& line : RdmaLines(resources))
    RETURN_IF_ERROR(group.Write("rdma.max", line));
  return {};
}

Result<void> WriteDevices(const Group& group, const Json& resources) {
  const Json* devices = Find(resources, "/devices");
  if (devices == nullptr || devices->empty()) return {};
  ASSIGN_OR_RETURN(const auto rules, ReadDeviceRules(*devices));
  return AttachDeviceProgram(group.directory(), DeviceProgram(rules));
}

// oci-runtime/config-linux/unified/set and unknown-keys-written. The kernel takes one device a
// write, so a value of several lines is written line by line, as the standard's example needs it.
Result<void> WriteUnified(const Group& group, const Json& resources) {
  const Json unified = resources.value("unified", Json::object());
  for (const auto& [file, value] : unified.items()) {
    for (const std::string& line : SplitText(value.get<std::string>(), '\n'))
      RETURN_IF_ERROR(group.Write(file, line));
  }
  return {};
}

}  // namespace

Result<void> WriteV2Limits(const std::string& directory, const Json& resources) {
  const Group group(directory);
  RETURN_IF_ERROR(CheckConvertible(resources));
  RETURN_IF_ERROR(CheckUsage(group, resources));
  for (const Limit& limit : kLimits) {
    if (const Json* found = Find(resources, limit.pointer); found != nullptr)
      RETURN_IF_ERROR(group.Write(limit.file, limit.value(*found)));
  }
  // What takes more than one property; `unified` comes last, so that it has the last word.
  for (auto write : {WriteSwap, WriteCpuShare, WriteCpuTime, WriteIo, WriteHugePages, WriteRdma,
                     WriteDevices, WriteUnified})
    RETURN_IF_ERROR(write(group, resources));
  return {};
}

}  // namespace loadline::runtime
