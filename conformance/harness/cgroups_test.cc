// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cgroups.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/child_process.h"
#include "base/files.h"
#include "conformance/harness/cell_limits.h"

namespace loadline::conformance {
namespace {

TEST(Cgroups, HierarchiesAreReadFromTheMountTable) {
  const auto hierarchies = ParseHierarchies(
      "30 25 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
      "31 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
      "32 25 0:28 / /proc rw - proc proc rw\n");
  ASSERT_EQ(hierarchies.size(), 2U);
  EXPECT_EQ(hierarchies[0].controllers, "cpu,cpuacct");
  EXPECT_EQ(CgroupLayout(hierarchies), "hybrid");
}

// The hierarchy of v1's freezer; empty: there is none.
std::vector<Hierarchy> Freezer() {
  const auto all = Hierarchies();
  std::vector<Hierarchy> freezer;
  for (const Hierarchy& one : all.value()) {
    if (one.controllers == "freezer") freezer.push_back(one);
  }
  return freezer;
}

TEST(Cgroups, RunsBeginWhileOthersEnd) {
  const std::vector<Hierarchy> freezer = Freezer();
  if (freezer.empty() || geteuid() != 0) GTEST_SKIP() << "needs root and the freezer of cgroup v1";
  std::vector<std::thread> runs;
  for (int i = 0; i < 3; ++i) {
    runs.emplace_back([&freezer] {
      for (int round = 0; round < 500; ++round) {
        const std::string run = NewRunName();
        const auto groups = CellGroups::Make(freezer, run, "0", {});
        EXPECT_TRUE(groups.has_value()) << groups.error().ToLine();
        RemoveRunGroups(freezer, run);
      }
    });
  }
  for (std::thread& run : runs) run.join();
}

// A run that ends removes the parent of all when it is empty, which may be at any moment.
bool MakeGroup(const std::string& directory) {
  constexpr int kTries = 100;
  std::error_code error;
  for (int i = 0; i < kTries; ++i) {
    std::filesystem::create_directories(directory, error);
    if (!error) return true;
  }
  return false;
}

TEST(Cgroups, WhatADeadRunLeftIsRemovedButForThoseOfOtherPidNamespaces) {
  const std::vector<Hierarchy> freezer = Freezer();
  if (freezer.empty() || geteuid() != 0) GTEST_SKIP() << "needs root and the freezer of cgroup v1";
  const std::string run = NewRunName();
  const std::string rest = run.substr(run.find('-'));  // namespace and chance
  constexpr const char* kNobody = "4194303";           // the largest number of a process
  const std::string dead = kNobody + rest;
  const std::string elsewhere = std::string(kNobody) + "-1" + rest.substr(rest.rfind('-'));
  const std::string parent = freezer.front().mount + "/loadline/";
  ASSERT_TRUE(MakeGroup(parent + dead));
  ASSERT_TRUE(MakeGroup(parent + elsewhere));
  RemoveRunGroups(freezer, run);
  EXPECT_FALSE(std::filesystem::exists(parent + dead));
  EXPECT_TRUE(std::filesystem::exists(parent + elsewhere));
  RemoveRunGroups(freezer, elsewhere);
  EXPECT_FALSE(std::filesystem::exists(parent + elsewhere));
}

TEST(Cgroups, WhatIsFrozenIsThawedAndCanEnd) {
  const std::vector<Hierarchy> freezer = Freezer();
  if (freezer.empty() || geteuid() != 0) GTEST_SKIP() << "needs root and the freezer of cgroup v1";
  const std::string run = NewRunName();
  {
    auto groups = CellGroups::Make(freezer, run, "0", {});
    ASSERT_TRUE(groups.has_value());
    const std::string directory = groups->directories().front();
    SpawnOptions spawn;
    spawn.argv = {"/bin/sleep", "600"};
    auto child = ChildProcess::Spawn(spawn);
    ASSERT_TRUE(child.has_value());
    ASSERT_TRUE(WriteExisting(directory + "/cgroup.procs", std::to_string(child->pid())));
    ASSERT_TRUE(WriteExisting(directory + "/freezer.state", "FROZEN"));
    ASSERT_TRUE(child->Kill(SIGKILL));
    EXPECT_FALSE(child->Wait(Deadline::After(std::chrono::milliseconds(100))).value());
    ThawGroupTree(directory);
    EXPECT_TRUE(child->Wait(Deadline::After(std::chrono::seconds(10))).value());
  }
  RemoveRunGroups(freezer, run);
}

}  // namespace
}  // namespace loadline::conformance
