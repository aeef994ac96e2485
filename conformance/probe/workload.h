// SPDX-License-Identifier: Apache-2.0
// Workload: a small loop whose time is measured, in a container and natively, and the margin within
// which the two count as the same. A file workloads/<area>.cc defines `WorkloadArea
// <Area>Workloads()` and is found by its name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loadline::probe {

// What a loop takes, without what it prepares before and clears away afterwards.
class Stopwatch {
 public:
  void Start();
  void Stop();
  // Stops it when it still runs.
  int64_t Nanoseconds();

 private:
  int64_t begin_ = 0;
  int64_t end_ = 0;
};

struct Workload {
  const char* name;
  const char* title;   // of what takes the native time: "a system call that does nothing"
  double margin;       // fixed before anything was measured; 0.05 is 5 %
  const char* reason;  // of that margin
  // Does the work so often and says whether it could. The watch runs already; a loop that has
  // something to prepare starts it anew, and stops it before it clears away.
  bool (*run)(int64_t count, Stopwatch& watch);
  double sample_ms = 2;  // that one sample should take
};

// Workloads that are measured in the same containers.
struct WorkloadArea {
  std::string name;
  std::string summary;
  std::vector<Workload> workloads;
};

// Every area, in the order of the file names (generated).
std::vector<WorkloadArea> AllWorkloads();

}  // namespace loadline::probe
