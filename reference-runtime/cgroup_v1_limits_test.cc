// SPDX-License-Identifier: Apache-2.0
// linux.resources on cgroup v1, in groups of this host's.
#include <gmock/gmock.h>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

class LimitsV1 : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    if (!HasV1Controllers(FindHierarchies(false).value())) GTEST_SKIP() << "no cgroup v1 here";
    config["linux"]["cgroupsPath"] = "/" + group_;
    Args({"wait"});
  }

  std::string File(const std::string& controller, const std::string& file) const {
    return ReadFile(GroupsOf(controller) + group_ + "/" + file).value_or("none");
  }
  bool Has(const std::string& controller, const std::string& file) const {
    return File(controller, file) != "none";
  }
  Answer Update(const Json& resources) {
    EXPECT_TRUE(WriteFileAtomically(path("new"), resources.dump()).has_value());
    return Runtime({"update", "--resources", path("new"), "a"});
  }

 private:
  const std::string group_ = "loadline/test-v1-" + std::to_string(getpid());
};

TEST_F(LimitsV1, ValuesThatAreCheckedAgainstEachOtherMoveBothWays) {
  if (GroupsOf("cpu").empty() || GroupsOf("memory").empty()) GTEST_SKIP() << "needs cpu and memory";
  const auto cpu = [](int quota, int period, int burst) {
    return Json{{"cpu", {{"quota", quota}, {"period", period}, {"burst", burst}}}};
  };
  const auto memory = [](int mebibytes) {
    const int bytes = mebibytes << 20;
    return Json{{"memory", {{"limit", bytes}, {"swap", bytes}}}};
  };
  config["linux"]["resources"] = cpu(20000, 100000, 10000);
  ASSERT_EQ(Make("create", "a").code, 0);
  for (const int factor : {5, 1, 3}) {
    const Answer answer = Update(cpu(factor * 20000, 100000, factor * 20000));
    EXPECT_EQ(answer.code, 0) << factor << answer.errors;
    EXPECT_EQ(File("cpu", "cpu.cfs_burst_us"), std::to_string(factor * 20000) + "\n");
    EXPECT_EQ(File("cpu", "cpu.cfs_quota_us"), std::to_string(factor * 20000) + "\n");
  }
  if (!Has("memory", "memory.memsw.limit_in_bytes")) return;
  for (const int mebibytes : {64, 512, 128}) {
    const Answer answer = Update(memory(mebibytes));
    EXPECT_EQ(answer.code, 0) << mebibytes << answer.errors;
    EXPECT_EQ(File("memory", "memory.limit_in_bytes"), std::to_string(mebibytes << 20) + "\n");
  }
  EXPECT_EQ(Update(cpu(1000, 100000, 50000)).code, 1) << "a burst above the quota";
}

TEST_F(LimitsV1, NoLimitOfWhatTheKernelDoesNotCountIsKept) {
  if (GroupsOf("memory").empty()) GTEST_SKIP() << "needs the memory controller";
  config["linux"]["resources"] = {
      {"memory", {{"limit", -1}, {"swap", -1}, {"kernel", -1}, {"kernelTCP", -1}}}};
  const Answer created = Make("create", "a");
  EXPECT_EQ(created.code, 0) << created.errors;
}

TEST_F(LimitsV1, TheWeightGoesToTheSchedulerThatIsThere) {
  if (GroupsOf("blkio").empty()) GTEST_SKIP() << "needs the blkio controller";
  config["linux"]["resources"] = {{"blockIO", {{"weight", 250}}}};
  const Answer created = Make("create", "a");
  const bool known = created.code == 0;
  if (!known) {
    EXPECT_THAT(created.errors, HasSubstr("this kernel does not offer it"));
    return;
  }
  const bool own = Has("blkio", "blkio.weight");
  EXPECT_THAT(File("blkio", own ? "blkio.weight" : "blkio.bfq.weight"), HasSubstr("250"));
}

}  // namespace
}  // namespace loadline::runtime
