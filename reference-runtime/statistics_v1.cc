// SPDX-License-Identifier: Apache-2.0
// The counters of cgroup v1.
#include <span>

#include "base/files.h"
#include "reference-runtime/statistics.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kTick = 10'000'000;  // cpuacct.stat counts hundredths of a second

constexpr Counter kCpuTime[] = {
    {"/cpu/usage/total", "cpuacct.usage"},
    {"/cpu/usage/percpu", "cpuacct.usage_percpu", Form::kNumbers},
    {"/cpu/usage/percpu_kernel", "cpuacct.usage_percpu_sys", Form::kNumbers},
    {"/cpu/usage/percpu_user", "cpuacct.usage_percpu_user", Form::kNumbers},
    {"/cpu/usage/kernel", "cpuacct.stat", Form::kKey, "system", kTick},
    {"/cpu/usage/user", "cpuacct.stat", Form::kKey, "user", kTick},
};
constexpr Counter kCpu[] = {
    {"/cpu/throttling/periods", "cpu.stat", Form::kKey, "nr_periods"},
    {"/cpu/throttling/throttledPeriods", "cpu.stat", Form::kKey, "nr_throttled"},
    {"/cpu/throttling/throttledTime", "cpu.stat", Form::kKey, "throttled_time"},
};
constexpr Counter kCpuset[] = {
    {"/cpuset/cpus", "cpuset.cpus", Form::kRanges},
    {"/cpuset/cpu_exclusive", "cpuset.cpu_exclusive"},
    {"/cpuset/mems", "cpuset.mems", Form::kRanges},
    {"/cpuset/mem_hardwall", "cpuset.mem_hardwall"},
    {"/cpuset/mem_exclusive", "cpuset.mem_exclusive"},
    {"/cpuset/memory_migrate", "cpuset.memory_migrate"},
    {"/cpuset/memory_spread_page", "cpuset.memory_spread_page"},
    {"/cpuset/memory_spread_slab", "cpuset.memory_spread_slab"},
    {"/cpuset/memory_pressure", "cpuset.memory_pressure"},
    {"/cpuset/sched_load_balance", "cpuset.sched_load_balance"},
};
constexpr Counter kMemory[] = {
    {"/memory/cache", "memory.stat", Form::kKey, "cache"},
    {"/memory/usage/limit", "memory.limit_in_bytes"},
    {"/memory/usage/usage", "memory.usage_in_bytes"},
    {"/memory/usage/max", "memory.max_usage_in_bytes"},
    {"/memory/usage/failcnt", "memory.failcnt"},
    {"/memory/swap/limit", "memory.memsw.limit_in_bytes"},
    {"/memory/swap/usage", "memory.memsw.usage_in_bytes"},
    {"/memory/swap/max", "memory.memsw.max_usage_in_bytes"},
    {"/memory/swap/failcnt", "memory.memsw.failcnt"},
    {"/memory/kernel/limit", "memory.kmem.limit_in_bytes"},
    {"/memory/kernel/usage", "memory.kmem.usage_in_bytes"},
    {"/memory/kernel/max", "memory.kmem.max_usage_in_bytes"},
    {"/memory/kernel/failcnt", "memory.kmem.failcnt"},
    {"/memory/kernelTCP/limit", "memory.kmem.tcp.limit_in_bytes"},
    {"/memory/kernelTCP/usage", "memory.kmem.tcp.usage_in_bytes"},
    {"/memory/kernelTCP/max", "memory.kmem.tcp.max_usage_in_bytes"},
    {"/memory/kernelTCP/failcnt", "memory.kmem.tcp.failcnt"},
    {"/memory/raw", "memory.stat", Form::kLines},
};
constexpr Counter kPids[] = {
    {"/pids/current", "pids.current"},
    {"/pids/limit", "pids.max", Form::kCount},
};

struct Group {
  const char* controller;
  std::span<const Counter> counters;
};
constexpr Group kGroups[] = {
    {"cpuacct", kCpuTime}, {"cpu", kCpu}, {"cpuset", kCpuset}, {"memory", kMemory}, {"pids", kPids},
};

// Which file counts depends on the disk's scheduler: the first that counts anything does.
struct DiskCounter {
  const char* pointer;
  const char* files[4];
};
constexpr DiskCounter kDisk[] = {
    {"/blkio/ioServiceBytesRecursive",
     {"blkio.bfq.io_service_bytes_recursive", "blkio.io_service_bytes_recursive",
      "blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_service_bytes"}},
    {"/blkio/ioServicedRecursive",
     {"blkio.bfq.io_serviced_recursive", "blkio.io_serviced_recursive",
      "blkio.throttle.io_serviced_recursive", "blkio.throttle.io_serviced"}},
    {"/blkio/ioQueueRecursive",
     {"blkio.bfq.io_queued_recursive", "blkio.io_queued_recursive", "", ""}},
    {"/blkio/ioServiceTimeRecursive",
     {"blkio.bfq.io_service_time_recursive", "blkio.io_service_time_recursive", "", ""}},
    {"/blkio/ioWaitTimeRecursive",
     {"blkio.bfq.io_wait_time_recursive", "blkio.io_wait_time_recursive", "", ""}},
    {"/blkio/ioMergedRecursive",
     {"blkio.bfq.io_merged_recursive", "blkio.io_merged_recursive", "", ""}},
    {"/blkio/ioTimeRecursive", {"blkio.bfq.time_recursive", "blkio.time_recursive", "", ""}},
    {"/blkio/sectorsRecursive", {"blkio.bfq.sectors_recursive", "blkio.sectors_recursive", "", ""}},
};

// "8:0 Read 4096", or "8:0 4096"; the sum at the end names no device.
Json DiskEntries(const std::string& text) {
  Json entries = Json::array();
  for (const std::string& line : SplitText(text, '\n')) {
    const auto words = Words(line);
    const size_t colon = words.empty() ? std::string::npos : words[0].find(':');
    if (colon == std::string::npos || words.size() < 2) continue;
    entries.push_back({{"major", std::strtoull(words[0].c_str(), nullptr, 10)},
                       {"minor", std::strtoull(words[0].c_str() + colon + 1, nullptr, 10)},
                       {"op", words.size() > 2 ? words[1] : ""},
                       {"value", std::strtoull(words.back().c_str(), nullptr, 10)}});
  }
  return entries;
}

void AddDisks(const std::string& directory, Json& data) {
  for (const DiskCounter& counter : kDisk) {
    for (const char* file : counter.files) {
      if (*file == '\0') continue;
      Json entries = DiskEntries(ReadFile(directory + "/" + file).value_or(""));
      if (entries.empty()) continue;
      data[Json::json_pointer(counter.pointer)] = std::move(entries);
      break;
    }
  }
}

void AddHugePages(const std::string& directory, Json& data) {
  for (const std::string& size : Between(directory, "hugetlb.", ".usage_in_bytes")) {
    if (size.ends_with(".rsvd")) continue;
    Json& pages = data["hugetlb"][size];
    const std::string file = "hugetlb." + size;
    AddCounter(directory, {"/usage", (file + ".usage_in_bytes").c_str()}, pages);
    AddCounter(directory, {"/max", (file + ".max_usage_in_bytes").c_str()}, pages);
    AddCounter(directory, {"/failcnt", (file + ".failcnt").c_str()}, pages);
  }
}

}  // namespace

void AddV1Statistics(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                     Json& data) {
  for (const Hierarchy& hierarchy : hierarchies) {
    const std::string directory = hierarchy.mount_point + path;
    for (const Group& group : kGroups) {
      if (!hierarchy.Has(group.controller)) continue;
      for (const Counter& counter : group.counters) AddCounter(directory, counter, data);
    }
    if (hierarchy.Has("blkio")) AddDisks(directory, data);
    if (hierarchy.Has("hugetlb")) AddHugePages(directory, data);
  }
}

}  // namespace loadline::runtime
