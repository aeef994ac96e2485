// SPDX-License-Identifier: Apache-2.0
// Work whose time is measured: {"tell": "work", "name": NAME, "count": N} answers with the
// nanoseconds that it took.
#include <time.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"
#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

int64_t Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

const Workload* FindWorkload(const std::string& name) {
  static const std::vector<WorkloadArea> areas = AllWorkloads();
  for (const WorkloadArea& area : areas) {
    for (const Workload& workload : area.workloads) {
      if (name == workload.name) return &workload;
    }
  }
  return nullptr;
}

}  // namespace

void Stopwatch::Start() {
  end_ = 0;
  begin_ = Now();
}

void Stopwatch::Stop() { end_ = Now(); }

int64_t Stopwatch::Nanoseconds() {
  if (end_ == 0) Stop();
  return end_ - begin_;
}

Json ObeyWork(const std::string& word, const Json& message) {
  if (word != "work") return nullptr;
  const std::string name = message.value("name", "");
  const Workload* workload = FindWorkload(name);
  if (workload == nullptr) return {{"error", "there is no work " + name}};
  Stopwatch watch;
  watch.Start();
  errno = 0;
  const bool done = workload->run(message.value("count", int64_t{1}), watch);
  const int64_t took = watch.Nanoseconds();
  if (!done) return {{"error", name + ": " + ErrnoName(errno)}};
  return {{"nanoseconds", took}};
}

}  // namespace loadline::probe
