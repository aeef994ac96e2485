// SPDX-License-Identifier: Apache-2.0
// The counters of cgroup v2, under the names of v1's, which their readers know.
#include <cstdlib>

#include "base/files.h"
#include "reference-runtime/statistics.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kMicrosecond = 1000;

constexpr Counter kCounters[] = {
    {"/cpu/usage/total", "cpu.stat", Form::kKey, "usage_usec", kMicrosecond},
    {"/cpu/usage/kernel", "cpu.stat", Form::kKey, "system_usec", kMicrosecond},
    {"/cpu/usage/user", "cpu.stat", Form::kKey, "user_usec", kMicrosecond},
    {"/cpu/throttling/periods", "cpu.stat", Form::kKey, "nr_periods"},
    {"/cpu/throttling/throttledPeriods", "cpu.stat", Form::kKey, "nr_throttled"},
    {"/cpu/throttling/throttledTime", "cpu.stat", Form::kKey, "throttled_usec", kMicrosecond},
    {"/memory/cache", "memory.stat", Form::kKey, "file"},
    {"/memory/usage/limit", "memory.max"},
    {"/memory/usage/usage", "memory.current"},
    {"/memory/usage/max", "memory.peak"},
    {"/memory/usage/failcnt", "memory.events", Form::kKey, "max"},
    {"/memory/swap/limit", "memory.swap.max"},
    {"/memory/swap/usage", "memory.swap.current"},
    {"/memory/swap/max", "memory.swap.peak"},
    {"/memory/swap/failcnt", "memory.swap.events", Form::kKey, "max"},
    {"/memory/kernel/usage", "memory.stat", Form::kKey, "kernel"},
    {"/memory/kernelTCP/usage", "memory.stat", Form::kKey, "sock"},
    {"/memory/raw", "memory.stat", Form::kLines},
    {"/pids/current", "pids.current"},
    {"/pids/limit", "pids.max", Form::kCount},
};

struct Operation {
  const char* key;
  const char* pointer;
  const char* name;
};
// Of a line "8:0 rbytes=1 wbytes=2 rios=3 …" of io.stat.
constexpr Operation kOperations[] = {
    {"rbytes", "/blkio/ioServiceBytesRecursive", "Read"},
    {"wbytes", "/blkio/ioServiceBytesRecursive", "Write"},
    {"dbytes", "/blkio/ioServiceBytesRecursive", "Discard"},
    {"rios", "/blkio/ioServicedRecursive", "Read"},
    {"wios", "/blkio/ioServicedRecursive", "Write"},
    {"dios", "/blkio/ioServicedRecursive", "Discard"},
};

void AddDisk(const std::vector<std::string>& words, Json& data) {
  const size_t colon = words[0].find(':');
  for (size_t i = 1; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    if (colon == std::string::npos || equals == std::string::npos) continue;
    for (const Operation& operation : kOperations) {
      if (words[i].substr(0, equals) != operation.key) continue;
      data[Json::json_pointer(operation.pointer)].push_back(
          {{"major", std::strtoull(words[0].c_str(), nullptr, 10)},
           {"minor", std::strtoull(words[0].c_str() + colon + 1, nullptr, 10)},
           {"op", operation.name},
           {"value", std::strtoull(words[i].c_str() + equals + 1, nullptr, 10)}});
    }
  }
}

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=0"
void AddPressure(const std::string& file, Json& part) {
  for (const std::string& line : SplitText(ReadFile(file).value_or(""), '\n')) {
    const auto words = Words(line);
    for (size_t i = 1; i < words.size(); ++i) {
      const size_t equals = words[i].find('=');
      if (equals == std::string::npos) continue;
      const std::string key = words[i].substr(0, equals);
      const char* value = words[i].c_str() + equals + 1;
      Json& place = part["psi"][words[0]][key];
      if (key == "total") {
        place = std::strtoull(value, nullptr, 10);
      } else {
        place = std::strtod(value, nullptr);
      }
    }
  }
}

void AddHugePages(const std::string& directory, Json& data) {
  for (const std::string& size : Between(directory, "hugetlb.", ".current")) {
    if (size.ends_with(".rsvd")) continue;
    Json& pages = data["hugetlb"][size];
    const std::string file = "hugetlb." + size;
    AddCounter(directory, {"/usage", (file + ".current").c_str()}, pages);
    AddCounter(directory, {"/failcnt", (file + ".events").c_str(), Form::kKey, "max"}, pages);
  }
}

// v2 counts swap alone, and v1 memory and swap together.
void AddMemoryToSwap(Json& memory) {
  for (const char* key : {"limit", "usage"}) {
    const Json::json_pointer swap("/swap/" + std::string(key));
    const Json::json_pointer alone("/usage/" + std::string(key));
    if (!memory.contains(swap) || !memory.contains(alone)) continue;
    const auto first = memory[swap].get<uint64_t>();
    const auto second = memory[alone].get<uint64_t>();
    memory[swap] = first > UINT64_MAX - second ? UINT64_MAX : first + second;
  }
}

}  // namespace

void AddV2Statistics(const std::string& directory, Json& data) {
  const Json none = Json::object();
  Json own = {{"cpu", none}, {"memory", none}, {"blkio", none}};
  for (const Counter& counter : kCounters) AddCounter(directory, counter, own);
  for (const std::string& line : SplitText(ReadFile(directory + "/io.stat").value_or(""), '\n')) {
    if (const auto words = Words(line); !words.empty()) AddDisk(words, own);
  }
  AddPressure(directory + "/cpu.pressure", own["cpu"]);
  AddPressure(directory + "/memory.pressure", own["memory"]);
  AddPressure(directory + "/io.pressure", own["blkio"]);
  AddHugePages(directory, own);
  AddMemoryToSwap(own["memory"]);
  data.merge_patch(own);
}

}  // namespace loadline::runtime
