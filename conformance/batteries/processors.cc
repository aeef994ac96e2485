// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/processors.h"

#include <sched.h>

#include <filesystem>
#include <sstream>

#include "base/files.h"

namespace loadline::conformance {
namespace {

cpu_set_t Allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  return set;
}

}  // namespace

int ProcessorCount() {
  const cpu_set_t set = Allowed();
  return CPU_COUNT(&set);
}

int LastProcessor() {
  const cpu_set_t set = Allowed();
  int last = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) last = cpu;
  }
  return last;
}

Result<void> Pin(pid_t pid, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (sched_setaffinity(pid, sizeof set, &set) != 0)
    return CallError("sched_setaffinity", std::to_string(pid));
  // What is gone meanwhile needs no processor.
  std::error_code error;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, error)) {
    const pid_t thread = static_cast<pid_t>(std::stol(task.path().filename().string()));
    sched_setaffinity(thread, sizeof set, &set);
    std::istringstream children(ReadRecord(task.path().string() + "/children").value_or(""));
    for (pid_t child = 0; children >> child;) (void)Pin(child, processor);
  }
  return {};
}

}  // namespace loadline::conformance
