// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cell_limits.h"

#include <sys/sysinfo.h>

#include <algorithm>
#include <cstdlib>

#include "base/files.h"

namespace loadline::conformance {
namespace {

uint64_t NumberIn(const char* file) {
  return strtoull(ReadFile(file, 4096).value_or("").c_str(), nullptr, 10);
}

}  // namespace

CellLimits ShareOfHost() {
  struct sysinfo host {};
  sysinfo(&host);
  const uint64_t most =
      std::min(NumberIn("/proc/sys/kernel/pid_max"), NumberIn("/proc/sys/kernel/threads-max"));
  return {uint64_t{host.totalram} * host.mem_unit / 2, most / 4};
}

bool KeepsCellLimits(const Hierarchy& hierarchy) {
  const std::string controllers =
      hierarchy.v2 ? ReadFile(hierarchy.mount + "/cgroup.controllers", 4096).value_or("")
                   : hierarchy.controllers;
  return controllers.find("memory") != std::string::npos ||
         controllers.find("pids") != std::string::npos;
}

void LimitGroup(const std::string& directory, const CellLimits& limits) {
  const auto limit = [&](const char* file, uint64_t value) {
    if (value > 0) (void)WriteExisting(directory + file, std::to_string(value));
  };
  limit("/memory.limit_in_bytes", limits.memory_bytes);
  limit("/memory.max", limits.memory_bytes);
  limit("/pids.max", limits.processes);
}

}  // namespace loadline::conformance
