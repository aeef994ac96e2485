// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/disk.h"

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/files.h"

namespace loadline::conformance {
namespace {

constexpr const char* kDisks = "/sys/block";
constexpr size_t kFileCap = 4096;

std::set<std::string> DiskNames() {
  std::set<std::string> names;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(kDisks, error);
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
  for (const std::string& name : DiskNames()) {
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
  for (const std::string& name : DiskNames()) {
    if (SchedulersOf(name).find("bfq") != std::string::npos) return true;
  }
  return false;
}

}  // namespace loadline::conformance
