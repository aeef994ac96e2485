// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/hardware.h"

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/files.h"

namespace loadline::conformance {
namespace {

constexpr const char* kDisks = "/sys/block";
constexpr const char* kRdmaDevices = "/sys/class/infiniband";
constexpr size_t kFileCap = 4096;

std::set<std::string> NamesIn(const char* directory) {
  std::set<std::string> names;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.insert(entry->path().filename().string());
  return names;
}

// "none [mq-deadline] kyber bfq"
std::string SchedulersOf(const std::string& name) {
  return ReadFile(std::string(kDisks) + "/" + name + "/queue/scheduler", kFileCap).value_or("");
}

}  // namespace

std::optional<Disk> FindDisk() {
  std::optional<Disk> first;
  for (const std::string& name : NamesIn(kDisks)) {
    Disk disk{name};
    const std::string numbers =
        ReadFile(std::string(kDisks) + "/" + name + "/dev", kFileCap).value_or("");
    if (sscanf(numbers.c_str(), "%d:%d", &disk.major, &disk.minor) != 2) continue;
    disk.bfq = SchedulersOf(name).find("[bfq]") != std::string::npos;
    if (disk.bfq) return disk;
    if (!first) first = disk;
  }
  return first;
}

bool KnowsBfq() {
  for (const std::string& name : NamesIn(kDisks)) {
    if (SchedulersOf(name).find("bfq") != std::string::npos) return true;
  }
  return false;
}

// The table has a line of headings, and then one for each place.
bool HasSwap() {
  const std::string table = ReadFile("/proc/swaps", kFileCap).value_or("");
  return table.find('\n') != std::string::npos && table.find('\n') + 1 < table.size();
}

std::string FindRdmaDevice() {
  const std::set<std::string> names = NamesIn(kRdmaDevices);
  return names.empty() ? "" : *names.begin();
}

}  // namespace loadline::conformance
