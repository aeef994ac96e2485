// SPDX-License-Identifier: Apache-2.0
// Every workload does its work where nothing contains it, and says in time how long it took.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/child_process.h"
#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

using nlohmann::json;

constexpr const char* kWorking = LOADLINE_BINARY_DIR "/loadline-probe";

json Work(const std::string& name, int64_t count) {
  RunOptions run;
  run.spawn.argv = {kWorking, "serve"};
  run.spawn.environment = {"PATH=/usr/bin:/bin"};
  run.input = json({{"tell", "work"}, {"name", name}, {"count", count}}).dump() + "\n";
  run.deadline = Deadline::After(std::chrono::seconds(20));
  const auto outcome = RunToEnd(run);
  if (!outcome) return outcome.error().ToLine();
  std::istringstream lines(outcome->standard_output);
  std::string line;
  for (int i = 0; i < 2; ++i) std::getline(lines, line);
  return json::parse(line, nullptr, false);
}

TEST(Workloads, EachIsDoneAndTimed) {
  for (const WorkloadArea& area : AllWorkloads()) {
    for (const Workload& workload : area.workloads) {
      const json answer = Work(workload.name, 3);
      ASSERT_TRUE(answer.is_object()) << workload.name << ": " << answer;
      EXPECT_GT(answer.value("nanoseconds", int64_t{0}), 0) << workload.name << ": " << answer;
    }
  }
  EXPECT_TRUE(Work("no-such-work", 1).contains("error"));
}

TEST(Workloads, AreFifteenClassesOrMoreEachWithAMarginAndItsReason) {
  std::set<std::string> names;
  for (const WorkloadArea& area : AllWorkloads()) {
    EXPECT_FALSE(area.summary.empty());
    for (const Workload& workload : area.workloads) {
      EXPECT_TRUE(names.insert(workload.name).second) << workload.name << " stands twice";
      EXPECT_GT(workload.margin, 0) << workload.name;
      EXPECT_LE(workload.margin, 0.25) << workload.name << ": who would call that the same?";
      EXPECT_GT(std::string(workload.reason).size(), 20u) << workload.name;
      EXPECT_GE(workload.sample_ms, 1) << workload.name;
    }
  }
  EXPECT_GE(names.size(), 15u);
}

}  // namespace
}  // namespace loadline::probe
