// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/groups/group_files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include "base/files.h"

namespace loadline::conformance {
namespace {

constexpr size_t kCap = 1 << 16;

// A file, the word before the number in it (none: it holds nothing else), and how many of our units
// one of its is.
struct Place {
  const char* file;
  const char* key;
  int64_t unit;
};

struct Row {
  Figure figure;
  Place v1;
  Place v2;
};
constexpr Row kRows[] = {
    {Figure::kMemoryLimit, {"memory.limit_in_bytes", "", 1}, {"memory.max", "", 1}},
    {Figure::kMemoryReserve, {"memory.soft_limit_in_bytes", "", 1}, {"memory.low", "", 1}},
    {Figure::kMemoryUse, {"memory.usage_in_bytes", "", 1}, {"memory.current", "", 1}},
    {Figure::kMemoryPeak, {"memory.max_usage_in_bytes", "", 1}, {"memory.peak", "", 1}},
    {Figure::kMemoryKills, {"memory.oom_control", "oom_kill", 1}, {"memory.events", "oom_kill", 1}},
    {Figure::kSwapLimit, {"memory.memsw.limit_in_bytes", "", 1}, {"memory.swap.max", "", 1}},
    {Figure::kProcesses, {"pids.current", "", 1}, {"pids.current", "", 1}},
    {Figure::kProcessLimit, {"pids.max", "", 1}, {"pids.max", "", 1}},
    {Figure::kProcessorTime, {"cpuacct.usage", "", 1}, {"cpu.stat", "usage_usec", 1000}},
    {Figure::kPeriods, {"cpu.stat", "nr_periods", 1}, {"cpu.stat", "nr_periods", 1}},
    {Figure::kThrottled, {"cpu.stat", "nr_throttled", 1}, {"cpu.stat", "nr_throttled", 1}},
    {Figure::kBurst, {"cpu.cfs_burst_us", "", 1}, {"cpu.max.burst", "", 1}},
    {Figure::kBurstPeriods, {"cpu.stat", "nr_bursts", 1}, {"cpu.stat", "nr_bursts", 1}},
    {Figure::kBurstTime, {"cpu.stat", "burst_time", 1}, {"cpu.stat", "burst_usec", 1000}},
    {Figure::kShare, {"cpu.shares", "", 1}, {"cpu.weight", "", 1}},
    {Figure::kIdle, {"cpu.idle", "", 1}, {"cpu.idle", "", 1}},
    {Figure::kHugePageLimit, {"hugetlb.2MB.limit_in_bytes", "", 1}, {"hugetlb.2MB.max", "", 1}},
    {Figure::kHugePageReserve,
     {"hugetlb.2MB.rsvd.limit_in_bytes", "", 1},
     {"hugetlb.2MB.rsvd.max", "", 1}},
};

// Rates of v1 have a file each.
constexpr const char* kRates[][2] = {{"rbps", "blkio.throttle.read_bps_device"},
                                     {"wbps", "blkio.throttle.write_bps_device"},
                                     {"riops", "blkio.throttle.read_iops_device"},
                                     {"wiops", "blkio.throttle.write_iops_device"}};

bool IsV2(const Rig& rig) { return CgroupLayout(rig.view().hierarchies) == "v2"; }

const Place& PlaceOf(const Rig& rig, Figure figure) {
  const Row* row = std::begin(kRows);
  while (row->figure != figure) ++row;  // each has one
  return IsV2(rig) ? row->v2 : row->v1;
}

std::string GroupOf(const Rig& rig, const char* file) {
  const std::string name = file;
  return rig.CellGroup(name.substr(0, name.find('.')));
}

Result<int64_t> NumberIn(const std::string& path, const Place& place) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kCap));
  std::istringstream words(text);
  const std::string key = place.key;
  std::string word;
  for (bool found = key.empty(); words >> word;) {
    if (found)
      return word == "max" ? kNoLimit : std::strtoll(word.c_str(), nullptr, 10) * place.unit;
    found = word == key;
  }
  return Failure(path + " has no " + (key.empty() ? "number" : key));
}

}  // namespace

bool Has(const Rig& rig, Figure figure) {
  const Place& place = PlaceOf(rig, figure);
  const std::string group = GroupOf(rig, place.file);
  return !group.empty() && NumberIn(group + "/" + place.file, place).has_value();
}

std::string FileOf(const Rig& rig, const std::string& group, Figure figure) {
  const char* file = PlaceOf(rig, figure).file;
  return GroupOf(rig, file) + "/" + group + "/" + file;
}

Result<int64_t> ReadIn(const Rig& rig, const std::string& group, Figure figure) {
  return NumberIn(FileOf(rig, group, figure), PlaceOf(rig, figure));
}

Result<int64_t> Read(const Rig& rig, const Container& container, Figure figure) {
  auto number = ReadIn(rig, container.id, figure);
  if (number.has_value() || number.error().number != ENOENT || !Has(rig, figure)) return number;
  return CandidateError("the container has no group of its own: " + number.error().ToLine());
}

std::string MembersOf(const Rig& rig, const Container& container, const std::string& controller) {
  return rig.CellGroup(controller) + "/" + container.id + "/cgroup.procs";
}

GroupLine Line(const Rig& rig, Figure figure, int64_t value) {
  return {PlaceOf(rig, figure).file, std::to_string(value)};
}

std::vector<GroupLine> QuotaLines(const Rig& rig, int64_t quota, int64_t period) {
  const std::string first = std::to_string(quota);
  const std::string second = std::to_string(period);
  if (IsV2(rig)) return {{"cpu.max", first + " " + second}};
  return {{"cpu.cfs_period_us", second}, {"cpu.cfs_quota_us", first}};
}

GroupLine RateLine(const Rig& rig, const std::string& device, const std::string& word,
                   int64_t rate) {
  const std::string number = std::to_string(rate);
  if (IsV2(rig)) return {"io.max", device + " " + word + "=" + number};
  for (const auto& [name, file] : kRates) {
    if (word == name) return {file, device + " " + number};
  }
  return {"", ""};
}

}  // namespace loadline::conformance
